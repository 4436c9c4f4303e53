#include "codec/fhir/detail/xml_lexer.h"

#include <algorithm>
#include <charconv>

#include "base/charset.h"

namespace xinglin::fhir::detail {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool in_name(char c) {
  return begins_name(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

// XML 1.0 2.2: what a document may hold at all.
bool is_character(uint32_t c) {
  return c == 9 || c == 10 || c == 13 || (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) ||
         (c >= 0x10000 && c <= 0x10FFFF);
}

void append_utf8(std::string& out, uint32_t c) {
  const auto put = [&](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6)), put(0x80 | (c & 63));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12)), put(0x80 | ((c >> 6) & 63)), put(0x80 | (c & 63));
  } else {
    put(0xF0 | (c >> 18)), put(0x80 | ((c >> 12) & 63)), put(0x80 | ((c >> 6) & 63)), put(0x80 | (c & 63));
  }
}

// "amp", "#10", "#xA"; 0 when it is none of those that need no DTD.
uint32_t reference(std::string_view name) {
  if (name == "amp") return '&';
  if (name == "lt") return '<';
  if (name == "gt") return '>';
  if (name == "quot") return '"';
  if (name == "apos") return '\'';
  if (!name.starts_with('#')) return 0;
  name.remove_prefix(1);
  const int base = name.starts_with('x') ? 16 : 10;
  if (base == 16) name.remove_prefix(1);
  uint32_t out = 0;
  const auto [end, ec] = std::from_chars(name.data(), name.data() + name.size(), out, base);
  return ec == std::errc() && end == name.data() + name.size() && is_character(out) ? out : 0;
}

}  // namespace

Error XmlLexer::fail(std::string_view what) const {
  const size_t to = std::min(begin_, text_.size());
  const auto line = 1 + std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(to), '\n');
  return {kBadXml, std::string("line ").append(std::to_string(line)).append(": ").append(what)};
}

bool XmlLexer::skip(std::string_view what) {
  if (!text_.substr(at_).starts_with(what)) return false;
  at_ += what.size();
  return true;
}

bool XmlLexer::skip_through(std::string_view what) {
  const size_t found = text_.find(what, at_);
  if (found == std::string_view::npos) return false;
  at_ = found + what.size();
  return true;
}

void XmlLexer::skip_space() {
  while (!at_end() && is_space(text_[at_])) ++at_;
}

Result<void> XmlLexer::open() {
  if (!charset::is_valid_utf8(text_)) return fail("the text is not UTF-8");
  if (std::any_of(text_.begin(), text_.end(),
                  [](char c) { return static_cast<unsigned char>(c) < 0x20 && !is_space(c); }))
    return fail("a control character is not allowed");
  skip("\xEF\xBB\xBF");
  if (!text_.substr(at_).starts_with("<?xml") || at_ + 5 >= text_.size() || !is_space(text_[at_ + 5]))
    return {};
  const size_t from = at_;
  if (!skip_through("?>")) return fail("the XML declaration does not end");
  std::string declaration(text_.substr(from, at_ - from));
  std::transform(declaration.begin(), declaration.end(), declaration.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (const size_t encoding = declaration.find("encoding"); encoding != std::string::npos)
    if (declaration.find("utf-8", encoding) == std::string::npos &&
        declaration.find("us-ascii", encoding) == std::string::npos)
      return fail("the encoding must be UTF-8");
  return {};
}

Result<XmlLexer::Token> XmlLexer::next() {
  while (true) {
    begin_ = at_;
    if (at_end()) return Token::Finish;
    if (text_[at_] != '<') return read_text();
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("<!--")) {
      at_ += 4;
      if (!skip_through("-->")) return fail("a comment does not end");
    } else if (rest.starts_with("<?")) {
      if (!skip_through("?>")) return fail("a processing instruction does not end");
    } else if (rest.starts_with("<![CDATA[")) {
      if (!skip_through("]]>")) return fail("a CDATA section does not end");
      blank_ = false;
      return Token::Text;
    } else if (rest.starts_with("<!")) {
      return fail("document types and entities are refused");
    } else if (rest.starts_with("</")) {
      XL_CHECK(read_end());
      return Token::End;
    } else {
      XL_CHECK(read_start());
      return Token::Start;
    }
  }
}

Result<XmlLexer::Token> XmlLexer::read_text() {
  blank_ = true;
  while (!at_end() && text_[at_] != '<') {
    const char c = text_[at_++];
    blank_ = blank_ && is_space(c);
    if (c != '&') continue;
    const size_t end = text_.find(';', at_);
    if (end == std::string_view::npos || reference(text_.substr(at_, end - at_)) == 0)
      return fail("'&' must begin &amp; &lt; &gt; &quot; &apos; or a character's number");
    at_ = end + 1;
  }
  return Token::Text;
}

Result<XmlName> XmlLexer::read_name() {
  const auto part = [&]() -> std::string_view {
    const size_t from = at_;
    if (at_end() || !begins_name(text_[at_])) return {};
    while (!at_end() && in_name(text_[at_])) ++at_;
    return text_.substr(from, at_ - from);
  };
  XmlName out;
  out.local = part();
  if (out.local.empty()) return fail("a name is expected");
  if (!skip(":")) return out;
  out.prefix = out.local;
  out.local = part();
  if (out.local.empty()) return fail("a name is expected after the prefix");
  return out;
}

Result<void> XmlLexer::read_start() {
  if (++elements_ > limits_.elements_max)
    return fail("more than " + std::to_string(limits_.elements_max) + " elements");
  ++at_;
  XL_TRY(tag_.name, read_name());
  tag_.attributes.clear();
  while (true) {
    const size_t before = at_;
    skip_space();
    if (skip("/>") || skip(">")) break;
    if (at_end()) return fail("a tag does not end");
    if (at_ == before) return fail("white space is expected between attributes");
    XL_CHECK(read_attribute());
  }
  tag_.is_empty = text_[at_ - 2] == '/';
  return {};
}

Result<void> XmlLexer::read_attribute() {
  XmlAttribute attribute;
  XL_TRY(attribute.name, read_name());
  skip_space();
  if (!skip("=")) return fail("an attribute needs a value");
  skip_space();
  if (at_end() || (text_[at_] != '"' && text_[at_] != '\'')) return fail("an attribute's value needs quotes");
  const char quote = text_[at_++];
  const size_t end = text_.find(quote, at_);
  if (end == std::string_view::npos) return fail("an attribute's value does not end");
  XL_TRY(attribute.value, unescape(text_.substr(at_, end - at_)));
  at_ = end + 1;
  for (const XmlAttribute& other : tag_.attributes)
    if (other.name == attribute.name) return fail("an attribute stands twice");
  if (tag_.attributes.size() >= limits_.attributes_max) return fail("too many attributes");
  tag_.attributes.push_back(std::move(attribute));
  return {};
}

// XML 1.0 3.3.3: white space as such becomes a space, unless it is written as a character's number.
Result<std::string> XmlLexer::unescape(std::string_view raw) const {
  std::string out;
  out.reserve(raw.size());
  for (size_t i = 0; i < raw.size(); ++i) {
    const char c = raw[i];
    if (c == '<') return fail("'<' cannot stand in an attribute's value");
    if (c == '\r' && i + 1 < raw.size() && raw[i + 1] == '\n') continue;
    if (c != '&') {
      out.push_back(is_space(c) ? ' ' : c);
      continue;
    }
    const size_t end = raw.find(';', i);
    const uint32_t character = end == std::string_view::npos ? 0 : reference(raw.substr(i + 1, end - i - 1));
    if (character == 0) return fail("'&' must begin &amp; &lt; &gt; &quot; &apos; or a character's number");
    append_utf8(out, character);
    i = end;
  }
  return out;
}

Result<void> XmlLexer::read_end() {
  at_ += 2;
  XL_TRY(tag_.name, read_name());
  skip_space();
  if (!skip(">")) return fail("an end tag does not end");
  return {};
}

}  // namespace xinglin::fhir::detail
