#include "edge/dicomweb/multipart.h"

#include <algorithm>

#include "base/digest.h"

namespace xinglin::dicomweb {

namespace {

constexpr size_t kPaddingMax = 64;  // blanks after a boundary (RFC 2046 transport padding)

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

Result<PartHeaders> parse_headers(std::string_view text) {
  PartHeaders out;
  while (!text.empty()) {
    const size_t end = std::min(text.find("\r\n"), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 2, text.size()));
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0)
      return Error(kBadMultipart, "a header of a part has no name");
    std::string name(trim(line.substr(0, colon)));
    for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    out.try_emplace(std::move(name), trim(line.substr(colon + 1)));
  }
  return out;
}

}  // namespace

bool MultipartReader::is_boundary(std::string_view text) {
  constexpr std::string_view kMore = "'()+_,-./:=? ";
  return !text.empty() && text.size() <= 70 && text.back() != ' ' &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  kMore.find(c) != std::string_view::npos;
         });
}

MultipartReader::MultipartReader(std::string_view boundary, PartReceiver& receiver, Limits limits)
    : mark_("\r\n--" + std::string(boundary)), receiver_(receiver), limits_(limits) {}

Result<void> MultipartReader::write(std::span<const uint8_t> bytes) {
  if (state_ == State::Epilogue) return {};
  held_.erase(0, at_);
  at_ = 0;
  held_.append(as_text(bytes));
  bool more = true;
  while (more) {
    XL_TRY(more, step());
  }
  return {};
}

Result<void> MultipartReader::finish() {
  if (state_ == State::Epilogue) return {};
  return Error(kBadMultipart, state_ == State::Preamble ? "the body holds no boundary"
                                                        : "the body ends before its last boundary");
}

Result<bool> MultipartReader::step() {
  switch (state_) {
    case State::Preamble:
      return search(false);
    case State::Mark:
      return after_mark();
    case State::Headers:
      return headers();
    case State::Data:
      return search(true);
    case State::Epilogue:
      return false;
  }
  return false;
}

// Hands on what is surely before the next boundary, and finds it.
Result<bool> MultipartReader::search(bool in_part) {
  const std::string_view text = held();
  const size_t found = text.find(mark_);
  const size_t sure =
      found != std::string_view::npos ? found : text.size() - std::min(text.size(), mark_.size() - 1);
  if (in_part && sure > 0) XL_CHECK(receiver_.part_data(as_bytes(text.substr(0, sure))));
  drop(sure);
  if (found == std::string_view::npos) return false;
  if (in_part) XL_CHECK(receiver_.end_part());
  drop(mark_.size());
  state_ = State::Mark;
  return true;
}

Result<bool> MultipartReader::after_mark() {
  const std::string_view text = held();
  if (text.starts_with("--")) {
    state_ = State::Epilogue;
    return false;
  }
  const size_t end = text.find("\r\n");
  if (end == std::string_view::npos) {
    const std::string_view rest = trim(text);
    if ((text == "-" || rest.empty() || rest == "\r") && text.size() <= kPaddingMax + 1) return false;
  }
  if (end == std::string_view::npos || end > kPaddingMax || !trim(text.substr(0, end)).empty())
    return Error(kBadMultipart, "a boundary is followed by something else than a line end");
  // The line end stays: it is also the end of headers that are not there.
  drop(end);
  if (++parts_ > limits_.parts_max) return Error(errors::kTooLarge, "the body has too many parts");
  state_ = State::Headers;
  return true;
}

Result<bool> MultipartReader::headers() {
  const std::string_view text = held();
  const size_t end = text.find("\r\n\r\n");
  // The end itself may be on its way.
  const size_t size = end == std::string_view::npos ? text.size() - std::min<size_t>(text.size(), 3) : end;
  if (size > limits_.header_bytes_max) return Error(errors::kTooLarge, "the headers of a part are too long");
  if (end == std::string_view::npos) return false;
  XL_TRY(const PartHeaders parsed, parse_headers(text.substr(2, end < 2 ? 0 : end - 2)));
  // What follows begins with the second line end, so that the boundary of an empty part is found too.
  XL_CHECK(receiver_.begin_part(parsed));
  drop(end + 4);
  state_ = State::Data;
  return true;
}

}  // namespace xinglin::dicomweb
