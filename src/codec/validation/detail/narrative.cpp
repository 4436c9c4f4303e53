#include "codec/validation/detail/narrative.h"

#include <algorithm>
#include <array>
#include <vector>

namespace xinglin::validation::detail {
namespace {

constexpr size_t kDepthMax = 256;

constexpr std::array<std::string_view, 68> kElements{
    "a",    "abbr", "acronym", "address",  "b",    "big",   "blockquote", "br",     "caption", "center",
    "cite", "code", "col",     "colgroup", "dd",   "del",   "dfn",        "dir",    "div",     "dl",
    "dt",   "em",   "font",    "h1",       "h2",   "h3",    "h4",         "h5",     "h6",      "hr",
    "i",    "img",  "ins",     "isindex",  "kbd",  "li",    "map",        "area",   "menu",    "ol",
    "p",    "pre",  "q",       "s",        "samp", "small", "span",       "strike", "strong",  "style",
    "sub",  "sup",  "table",   "tbody",    "td",   "tfoot", "th",         "thead",  "tr",      "tt",
    "u",    "ul",   "var",     "label",    "bdo",  "svg",   "nobr",       "figure"};

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == ':' || c == '.';
}

// A reader of the markup alone; texts are only asked whether they hold anything.
class Reader {
public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::string_view check() {
    skip_spaces();
    if (!text_.substr(at_).starts_with("<div")) return "must be one <div>";
    do {
      if (const std::string_view wrong = next(); !wrong.empty()) return wrong;
      if (open_.empty()) break;
    } while (at_ < text_.size());
    if (!open_.empty()) return "an element is not closed";
    skip_spaces();
    if (at_ < text_.size()) return "there must be nothing after the <div>";
    return has_content_ ? "" : "the <div> is empty";
  }

private:
  void skip_spaces() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  std::string_view name() {
    const size_t start = at_;
    while (at_ < text_.size() && is_name(text_[at_])) ++at_;
    return text_.substr(start, at_ - start);
  }

  std::string_view next() {
    if (text_[at_] != '<') {
      has_content_ = has_content_ || !is_space(text_[at_]);
      ++at_;
      return "";
    }
    if (text_.substr(at_).starts_with("<!--")) {
      const size_t end = text_.find("-->", at_ + 4);
      if (end == std::string_view::npos) return "a comment is not closed";
      at_ = end + 3;
      return "";
    }
    ++at_;
    if (at_ < text_.size() && text_[at_] == '/') return close();
    return open();
  }

  std::string_view close() {
    ++at_;
    const std::string_view tag = name();
    skip_spaces();
    if (at_ >= text_.size() || text_[at_] != '>') return "the markup is not well-formed";
    ++at_;
    if (open_.empty() || open_.back() != tag) return "elements are not closed in their order";
    open_.pop_back();
    return "";
  }

  std::string_view open() {
    const std::string_view tag = name();
    if (tag.empty()) return "the markup is not well-formed";
    if (std::find(kElements.begin(), kElements.end(), tag) == kElements.end())
      return "holds an element that a narrative must not have";
    if (tag == "img") has_content_ = true;
    for (;;) {
      skip_spaces();
      if (at_ >= text_.size()) return "the markup is not well-formed";
      if (text_[at_] == '>' || text_[at_] == '/') break;
      if (const std::string_view wrong = attribute(); !wrong.empty()) return wrong;
    }
    const bool is_closed = text_[at_] == '/';
    if (is_closed && ++at_ >= text_.size()) return "the markup is not well-formed";
    if (text_[at_] != '>') return "the markup is not well-formed";
    ++at_;
    if (is_closed) return "";
    if (open_.size() >= kDepthMax) return "is nested too deeply";
    open_.push_back(tag);
    return "";
  }

  std::string_view attribute() {
    const std::string_view attribute = name();
    if (attribute.empty()) return "the markup is not well-formed";
    if (attribute.starts_with("on")) return "holds an event attribute";
    skip_spaces();
    if (at_ >= text_.size() || text_[at_] != '=') return "the markup is not well-formed";
    ++at_;
    skip_spaces();
    if (at_ >= text_.size() || (text_[at_] != '"' && text_[at_] != '\''))
      return "the markup is not well-formed";
    const size_t end = text_.find(text_[at_], at_ + 1);
    if (end == std::string_view::npos) return "the markup is not well-formed";
    std::string_view value = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    while (!value.empty() && is_space(value.front())) value.remove_prefix(1);
    if ((attribute == "href" || attribute == "src") && value.starts_with("javascript:"))
      return "holds a script";
    return "";
  }

  std::string_view text_;
  size_t at_ = 0;
  bool has_content_ = false;
  std::vector<std::string_view> open_;
};

}  // namespace

std::string_view check_narrative(std::string_view div) {
  return div.empty() ? "" : Reader(div).check();
}

}  // namespace xinglin::validation::detail
