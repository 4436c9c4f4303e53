#include "codec/fhirpath/detail/html.h"

#include <algorithm>
#include <array>
#include <vector>

namespace xinglin::fhirpath::detail {
namespace {

constexpr std::array<std::string_view, 59> kElements{
    "a",   "abbr",     "acronym", "b",     "big",  "blockquote", "br",   "caption", "cite",   "code",
    "col", "colgroup", "dd",      "dfn",   "div",  "dl",         "dt",   "em",      "h1",     "h2",
    "h3",  "h4",       "h5",      "h6",    "hr",   "i",          "img",  "li",      "ol",     "p",
    "pre", "q",        "samp",    "small", "span", "strong",     "sub",  "sup",     "table",  "tbody",
    "td",  "tfoot",    "th",      "thead", "tr",   "tt",         "ul",   "var",     "map",    "area",
    "bdo", "del",      "ins",     "kbd",   "u",    "center",     "font", "s",       "address"};
constexpr std::array<std::string_view, 43> kAttributes{
    "abbr",        "accesskey",   "align",      "alt",   "axis",     "bgcolor", "border", "cellhalign",
    "cellpadding", "cellspacing", "cellvalign", "char",  "charoff",  "charset", "cite",   "class",
    "colspan",     "compact",     "coords",     "dir",   "frame",    "headers", "height", "href",
    "hreflang",    "hspace",      "id",         "lang",  "longdesc", "name",    "nowrap", "rel",
    "rev",         "rowspan",     "rules",      "scope", "shape",    "span",    "src",    "start",
    "style",       "summary",     "tabindex"};
constexpr std::array<std::string_view, 9> kMoreAttributes{"title", "type",  "valign",   "value",    "vspace",
                                                          "width", "xmlns", "xml:lang", "xml:space"};

template <size_t N>
bool holds(const std::array<std::string_view, N>& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

class Narrative {
public:
  explicit Narrative(std::string_view text) : text_(text) {}

  bool check() {
    skip_blank();
    if (!text_.substr(at_).starts_with("<div")) return false;
    do {
      if (at_ >= text_.size() || !take_piece()) return false;
    } while (!open_.empty());
    skip_blank();
    return at_ == text_.size() && has_content_;
  }

private:
  void skip_blank() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }
  bool take_piece() {
    if (text_[at_] != '<') {
      has_content_ = has_content_ || !is_blank(text_[at_]);
      ++at_;
      return true;
    }
    if (text_.substr(at_).starts_with("<!--")) {
      at_ = text_.find("-->", at_);
      if (at_ == std::string_view::npos) return false;
      at_ += 3;
      return true;
    }
    ++at_;
    return at_ < text_.size() && (text_[at_] == '/' ? take_end() : take_start());
  }
  std::string_view take_name() {
    const size_t start = at_;
    while (at_ < text_.size() && !is_blank(text_[at_]) && text_[at_] != '>' && text_[at_] != '/' &&
           text_[at_] != '=')
      ++at_;
    return text_.substr(start, at_ - start);
  }
  bool take_end() {
    ++at_;
    const std::string_view name = take_name();
    skip_blank();
    if (open_.empty() || open_.back() != name || at_ >= text_.size() || text_[at_] != '>') return false;
    open_.pop_back();
    ++at_;
    return true;
  }
  bool take_start() {
    const std::string_view name = take_name();
    if (!holds(kElements, name)) return false;
    has_content_ = has_content_ || name == "img";
    for (skip_blank(); at_ < text_.size() && text_[at_] != '>' && text_[at_] != '/'; skip_blank())
      if (!take_attribute()) return false;
    if (at_ < text_.size() && text_[at_] == '/')
      ++at_;
    else
      open_.push_back(name);
    if (at_ >= text_.size() || text_[at_] != '>') return false;
    ++at_;
    return true;
  }
  bool take_attribute() {
    const std::string_view name = take_name();
    if (!holds(kAttributes, name) && !holds(kMoreAttributes, name) && !name.starts_with("xmlns:"))
      return false;
    skip_blank();
    if (at_ >= text_.size() || text_[at_] != '=') return false;
    ++at_;
    skip_blank();
    if (at_ >= text_.size() || (text_[at_] != '"' && text_[at_] != '\'')) return false;
    const size_t start = at_ + 1, end = text_.find(text_[at_], start);
    if (end == std::string_view::npos) return false;
    const std::string_view value = text_.substr(start, end - start);
    at_ = end + 1;
    return value.find('<') == std::string_view::npos && !value.starts_with("javascript:");
  }

  std::string_view text_;
  size_t at_ = 0;
  std::vector<std::string_view> open_;
  bool has_content_ = false;
};

}  // namespace

bool is_plain_narrative(std::string_view xhtml) {
  return Narrative(xhtml).check();
}

}  // namespace xinglin::fhirpath::detail
