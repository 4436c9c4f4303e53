// The views of a message: each finds its part by scanning its own text.
#include "codec/hl7v2/message.h"

#include <algorithm>

#include "codec/hl7v2/detail/body.h"

namespace xinglin::hl7v2 {
namespace {

// The n-th part of `text` (from 1) between `separator`; empty when there are fewer.
std::string_view part(std::string_view text, char separator, int n) {
  if (separator == '\0') return n == 1 ? text : std::string_view{};
  while (--n > 0) {
    const size_t at = text.find(separator);
    if (at == std::string_view::npos) return {};
    text.remove_prefix(at + 1);
  }
  return n < 0 ? std::string_view{} : text.substr(0, text.find(separator));
}

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace

std::string Location::str() const {
  std::string out = segment;
  const int parts[] = {sequence, field, repetition, component, subcomponent};
  int last = 4;
  while (last > 0 && parts[last] == 0) --last;
  for (int i = 0; i <= last; ++i) {
    out += '^';
    if (parts[i] > 0) out += std::to_string(parts[i]);
  }
  return out;
}

std::string Text::str() const {
  if (!has_value() || encoding_ == nullptr) return {};
  return unescape(trimmed(raw_), *encoding_);
}

Text Component::subcomponent(int n) const {
  if (encoding_ == nullptr || is_null()) return n == 1 ? Text(raw_, encoding_) : Text();
  return {part(raw_, encoding_->separators.subcomponent, n), encoding_};
}

Component Repetition::component(int n) const {
  if (encoding_ == nullptr || is_null()) return n == 1 ? Component(raw_, encoding_) : Component();
  return {part(raw_, encoding_->separators.component, n), encoding_};
}

std::vector<Repetition> Field::repetitions() const {
  std::vector<Repetition> out;
  if (empty() || encoding_ == nullptr) return out;
  const char separator = encoding_->separators.repetition;
  std::string_view rest = raw_;
  while (separator != '\0') {
    const size_t at = rest.find(separator);
    if (at == std::string_view::npos) break;
    out.emplace_back(rest.substr(0, at), encoding_);
    rest.remove_prefix(at + 1);
  }
  out.emplace_back(rest, encoding_);
  return out;
}

Repetition Field::first() const {
  if (encoding_ == nullptr) return {};
  return {part(raw_, encoding_->separators.repetition, 1), encoding_};
}

Field Segment::field(int n) const {
  if (n < 1 || n > field_count_) return {};
  if (header_) {
    // Separators are no text: neither repetitions nor components are looked for in them.
    static constexpr Encoding kPlain{{'\0', '\0', '\0', '\0', '\0', '\0'}, charset::Charset::Ascii};
    if (n == 1) return {text_.substr(3, 1), &kPlain};
    if (n == 2) return {text_.substr(4, starts_[1] - 1 - 4), &kPlain};
    --n;
  }
  const uint32_t begin = starts_[n - 1];
  return {text_.substr(begin, starts_[n] - 1 - begin), encoding_};
}

const Encoding& Message::encoding() const {
  return body_->encoding;
}
const Header& Message::header() const {
  return body_->header;
}
size_t Message::size() const {
  return body_->segments.size();
}
std::string_view Message::utf8() const {
  return body_->text;
}

Segment Message::segment(size_t index) const {
  const Body::SegmentSpan& span = body_->segments.at(index);
  Segment out;
  out.text_ = std::string_view(body_->text).substr(span.begin, span.end - span.begin);
  out.name_ = out.text_.substr(0, 3);
  out.sequence_ = span.sequence;
  out.header_ = index == 0;
  out.starts_ = body_->starts.data() + span.first_start;
  out.field_count_ = static_cast<int>(span.starts) - 1 + (out.header_ ? 1 : 0);
  out.encoding_ = &body_->encoding;
  return out;
}

std::optional<Segment> Message::find(std::string_view name) const {
  for (size_t i = 0; i < size(); ++i)
    if (Segment s = segment(i); s.name() == name) return s;
  return std::nullopt;
}

}  // namespace xinglin::hl7v2
