// Bytes to Message: separators, character set, segments, fields, all under limits.
#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/digest.h"
#include "codec/hl7v2/detail/body.h"

namespace xinglin::hl7v2 {
namespace {

using charset::Charset;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

struct Start {
  std::string_view text;
  bool byte_order_mark = false;
};

Start skip_to_header(std::span<const uint8_t> bytes) {
  Start out{as_text(bytes), false};
  const auto skip_blank = [&] {
    const size_t at = out.text.find_first_not_of("\r\n \t");
    out.text.remove_prefix(std::min(at, out.text.size()));
  };
  skip_blank();
  if (out.text.starts_with(kByteOrderMark)) {
    out.byte_order_mark = true;
    out.text.remove_prefix(kByteOrderMark.size());
    skip_blank();
  }
  return out;
}

std::string_view first_line(std::string_view text) {
  return text.substr(0, text.find_first_of("\r\n"));
}

bool usable_separator(char c) {
  const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  return c > 0x20 && c < 0x7F && !letter && c != '"' && c != '.' && c != '-' && c != '+';
}

Result<Separators> read_separators(std::string_view line) {
  if (!line.starts_with("MSH")) return Error(kNotHl7);
  if (line.size() < 5 || !usable_separator(line[3])) return Error(kBadSeparators);
  const char field = line[3];
  const std::string_view marks = line.substr(4, line.substr(4).find(field));
  if (marks.empty() || marks.size() > 5) return Error(kBadSeparators);
  std::array<char, 6> all{field, '\0', '\0', '\0', '\0', '\0'};
  for (size_t i = 0; i < marks.size(); ++i) {
    if (!usable_separator(marks[i])) return Error(kBadSeparators);
    if (std::find(all.begin(), all.end(), marks[i]) != all.end()) return Error(kBadSeparators);
    all[i + 1] = marks[i];
  }
  return Separators{all[0], all[1], all[2], all[3], all[4], all[5]};
}

// The n-th field of an MSH line still in its own character set. In GB18030 the second byte of a character may
// look like a separator, so such pairs are stepped over when asked for.
std::string_view raw_header_field(std::string_view line, char separator, int n, bool double_bytes) {
  size_t begin = 0;
  int field = 0;  // "MSH" itself
  for (size_t i = 0; i <= line.size(); ++i) {
    if (double_bytes && i < line.size() && static_cast<unsigned char>(line[i]) >= 0x81) {
      ++i;
      continue;
    }
    if (i < line.size() && line[i] != separator) continue;
    if (field + 1 == n) return line.substr(begin, std::min(i, line.size()) - begin);
    ++field;
    begin = i + 1;
  }
  return {};
}

std::string_view charset_name(std::string_view line, const Separators& s, bool double_bytes) {
  const std::string_view all = raw_header_field(line, s.field, 18, double_bytes);
  return all.substr(0, s.repetition == '\0' ? std::string_view::npos : all.find(s.repetition));
}

bool is_chinese(Charset c) {
  return c == Charset::Gb18030 || c == Charset::Gbk;
}

// MSH-18 must be found where its own character set puts it.
Result<Charset> declared_charset(std::string_view line, const Separators& s) {
  const std::string_view plain = charset_name(line, s, false);
  const std::string_view stepped = charset_name(line, s, true);
  if (const auto c = charset::from_hl7(stepped); c && !stepped.empty() && is_chinese(*c)) return *c;
  const auto c = charset::from_hl7(plain);
  if (!c || is_chinese(*c))
    return Error(kBadCharset,
                 "MSH-18 does not name a character set that is supported; use UNICODE UTF-8, GB 18030-2000, "
                 "8859/1 or ASCII");
  return *c;
}

Result<Charset> choose_charset(const Start& start, const Separators& s, const ParseOptions& options) {
  const std::string_view line = first_line(start.text);
  if (charset_name(line, s, false).empty() && charset_name(line, s, true).empty()) {
    if (start.byte_order_mark) return Charset::Utf8;
    if (options.default_charset) return *options.default_charset;
    const bool ascii =
        std::none_of(start.text.begin(), start.text.end(), [](char c) { return (c & 0x80) != 0; });
    if (ascii) return Charset::Ascii;
    if (charset::is_valid_utf8(start.text)) return Charset::Utf8;
    return Error(kBadCharset, "the message has bytes outside ASCII but names no character set in MSH-18");
  }
  return declared_charset(line, s);
}

bool is_segment_name(std::string_view name) {
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return name.size() == 3 && upper(name[0]) && (upper(name[1]) || digit(name[1])) &&
         (upper(name[2]) || digit(name[2]));
}

}  // namespace

// Splits the text of a Body; each step checks its limit and says which segment is over it.
class Splitter {
public:
  using Body = Message::Body;
  Splitter(Body& body, const Limits& limits) : body_(body), limits_(limits) {}

  Result<void> run() {
    for (char& c :
         body_.text)  // control characters are no text in FHIR; the raw bytes are kept by whoever stores them
      if (static_cast<unsigned char>(c) < 0x20 && c != '\r' && c != '\n' && c != '\t') c = ' ';
    const std::string_view text = body_.text;
    size_t begin = 0;
    while (begin < text.size()) {
      size_t end = text.find_first_of("\r\n", begin);
      if (end == std::string_view::npos) end = text.size();
      if (text.find_first_not_of(" \t", begin) < end) XL_CHECK(add_segment(begin, end));
      begin = end + 1;
    }
    return {};
  }

private:
  Result<void> add_segment(size_t begin, size_t end) {
    const std::string_view line = std::string_view(body_.text).substr(begin, end - begin);
    const std::string_view name = line.substr(0, 3);
    const std::string where = "segment " + std::to_string(body_.segments.size() + 1);
    if (body_.segments.size() >= limits_.segments_max) return Error(kOverLimit, "too many segments");
    if (!is_segment_name(name) || (line.size() > 3 && line[3] != body_.encoding.separators.field))
      return Error(kBadSegment, where + " does not begin with a segment name and a field separator");
    if (name == "MSH" && !body_.segments.empty()) return Error(kSecondHeader, where + " is a second MSH");
    Body::SegmentSpan span{static_cast<uint32_t>(begin), static_cast<uint32_t>(end),
                           static_cast<uint32_t>(body_.starts.size()), 0, 1 + count_of(name)};
    XL_CHECK(add_fields(line, where));
    span.starts = static_cast<uint32_t>(body_.starts.size()) - span.first_start;
    body_.segments.push_back(span);
    return {};
  }

  // Counts are kept per name: looking back through all segments would be quadratic.
  int count_of(std::string_view name) { return counts_[std::string(name)]++; }

  Result<void> add_fields(std::string_view line, const std::string& where) {
    if (line.size() <= 3) {
      body_.starts.push_back(static_cast<uint32_t>(line.size() + 1));
      return {};
    }
    const Separators& s = body_.encoding.separators;
    size_t begin = 4, fields = 0;
    body_.starts.push_back(4);
    while (true) {
      size_t end = line.find(s.field, begin);
      if (end == std::string_view::npos) end = line.size();
      const std::string_view field = line.substr(begin, end - begin);
      if (++fields > limits_.fields_max) return Error(kOverLimit, where + " has too many fields");
      if (field.size() > limits_.field_bytes_max)
        return Error(kOverLimit, where + " field " + std::to_string(fields) + " is too long");
      if (field.size() >= limits_.repetitions_max &&
          static_cast<size_t>(std::count(field.begin(), field.end(), s.repetition)) >=
              limits_.repetitions_max)
        return Error(kOverLimit, where + " field " + std::to_string(fields) + " repeats too often");
      body_.starts.push_back(static_cast<uint32_t>(end + 1));
      if (end == line.size()) return {};
      begin = end + 1;
    }
  }

  Body& body_;
  const Limits& limits_;
  std::unordered_map<std::string, int> counts_;
};

namespace {

void fill_header(Header& h, const Segment& msh) {
  const auto raw = [&](int n) { return std::string(msh.field(n).raw()); };
  h.sending_application = raw(3);
  h.sending_facility = raw(4);
  h.receiving_application = raw(5);
  h.receiving_facility = raw(6);
  h.time = raw(7);
  h.type = msh.field(9).component(1).str();
  h.trigger = msh.field(9).component(2).str();
  h.control_id = raw(10);
  h.processing_id = msh.field(11).component(1).str();
  h.version = msh.field(12).component(1).str();
  h.charset_name = raw(18);
}

}  // namespace

Result<Message> parse(std::span<const uint8_t> bytes, const ParseOptions& options) {
  if (bytes.size() > options.limits.message_bytes_max) return Error(kOverLimit, "the message is too long");
  const Start start = skip_to_header(bytes);
  XL_TRY(const Separators separators, read_separators(first_line(start.text)));
  XL_TRY(const Charset charset, choose_charset(start, separators, options));
  auto text = charset::to_utf8(start.text, charset);
  if (!text)
    return Error(kBadCharset, "the bytes are not valid in the character set of the message (MSH-18)");
  auto body = std::make_shared<Message::Body>();
  body->text = std::move(*text);
  body->encoding = {separators, charset};
  XL_CHECK(Splitter(*body, options.limits).run());
  body->header.encoding = body->encoding;
  Message message;
  message.body_ = body;
  fill_header(body->header, message.segment(0));
  return message;
}

Header read_header(std::span<const uint8_t> bytes) {
  Header out;
  const std::string_view line =
      first_line(skip_to_header(bytes.first(std::min<size_t>(bytes.size(), 8192))).text);
  const auto separators = read_separators(line);
  if (!separators) return out;
  out.encoding.separators = *separators;
  const auto field = [&](int n) -> std::string {
    const std::string_view raw = raw_header_field(line, separators->field, n, false);
    const bool plain = std::all_of(raw.begin(), raw.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
    return plain && raw.size() <= 256 ? std::string(raw) : std::string();
  };
  const auto before = [](const std::string& text, char separator) {
    return separator == '\0' ? text : text.substr(0, text.find(separator));
  };
  out.sending_application = field(3);
  out.sending_facility = field(4);
  out.receiving_application = field(5);
  out.receiving_facility = field(6);
  out.time = field(7);
  const std::string type = field(9);
  out.type = before(type, separators->component);
  if (out.type.size() < type.size())
    out.trigger = before(type.substr(out.type.size() + 1), separators->component);
  out.control_id = field(10);
  out.processing_id = before(field(11), separators->component);
  out.version = before(field(12), separators->component);
  return out;
}

}  // namespace xinglin::hl7v2
