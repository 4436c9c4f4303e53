#include "codec/validation/source_position.h"

#include <charconv>
#include <optional>

namespace xinglin::validation {
namespace {

struct Step {
  std::string_view name;
  int64_t index = -1;
};

Step take_step(std::string_view& path) {
  const size_t dot = path.find('.');
  std::string_view part = path.substr(0, dot);
  path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  Step step{part};
  const size_t open = part.find('[');
  if (open == std::string_view::npos) return step;
  step.name = part.substr(0, open);
  std::from_chars(part.data() + open + 1, part.data() + part.size(), step.index);
  return step;
}

// A member of the choice "value" is named valueQuantity.
bool is_named(std::string_view key, std::string_view name) {
  if (!key.starts_with(name)) return false;
  return key.size() == name.size() || (key[name.size()] >= 'A' && key[name.size()] <= 'Z');
}

// Goes over well-formed JSON; gives up where it is not.
class Scanner {
public:
  explicit Scanner(std::string_view text) : text_(text) {}

  void skip_spaces() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
      ++at_;
  }
  bool take(char c) {
    skip_spaces();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  std::string_view string() {
    if (!take('"')) return {};
    const size_t start = at_;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    const std::string_view out = text_.substr(start, at_ - start);
    if (at_ < text_.size()) ++at_;
    return out;
  }
  // To behind the value that begins here.
  void skip_value() {
    size_t open = 0;
    skip_spaces();
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        string();
        if (open == 0) return;
        continue;
      }
      if (open == 0 && (c == ',' || c == '}' || c == ']')) return;
      ++at_;
      if (c == '{' || c == '[') ++open;
      if ((c == '}' || c == ']') && --open == 0) return;
    }
  }
  size_t at() {
    skip_spaces();
    return at_;
  }

  // To the value of a member; the place of its name. An exact name is better than one of a choice.
  std::optional<size_t> enter_member(std::string_view name) {
    if (!take('{')) return std::nullopt;
    const size_t start = at_;
    for (const bool is_exact : {true, false}) {
      at_ = start;
      while (at() < text_.size() && text_[at_] == '"') {
        const size_t here = at_;
        const std::string_view key = string();
        if (!take(':')) return std::nullopt;
        if (is_exact ? key == name : is_named(key, name)) return here;
        skip_value();
        if (!take(',')) break;
      }
    }
    return std::nullopt;
  }
  std::optional<size_t> enter_item(int64_t index) {
    if (!take('[')) return std::nullopt;
    for (int64_t i = 0; i < index; ++i) {
      skip_value();
      if (!take(',')) return std::nullopt;
    }
    return at();
  }

private:
  std::string_view text_;
  size_t at_ = 0;
};

SourcePosition position_of(std::string_view text, size_t at) {
  SourcePosition out{1, 1};
  for (size_t i = 0; i < at && i < text.size(); ++i) {
    ++out.column;
    if (text[i] == '\n') ++out.line, out.column = 1;
  }
  return out;
}

}  // namespace

SourcePosition find_position(std::string_view json_text, std::string_view path) {
  Scanner scanner(json_text);
  size_t found = scanner.at();
  take_step(path);  // the resource's type
  while (!path.empty()) {
    const Step step = take_step(path);
    const auto member = scanner.enter_member(step.name);
    if (!member) break;
    found = *member;
    if (step.index < 0) continue;
    const auto item = scanner.enter_item(step.index);
    if (!item) break;
    found = *item;
  }
  return position_of(json_text, found);
}

}  // namespace xinglin::validation
