#include "edge/mllp/framing.h"

#include <algorithm>
#include <array>

namespace xinglin::mllp {
namespace {

constexpr size_t kOversizeHead = 4096;

}  // namespace

std::vector<uint8_t> frame(std::span<const uint8_t> message) {
  std::vector<uint8_t> out;
  out.reserve(message.size() + 3);
  out.push_back(kStartBlock);
  out.insert(out.end(), message.begin(), message.end());
  out.push_back(kEndBlock);
  out.push_back(kCarriageReturn);
  return out;
}

bool Deframer::feed(std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    if (!inside_) {
      const auto start = std::find(bytes.begin(), bytes.end(), kStartBlock);
      const auto skipped = static_cast<size_t>(start - bytes.begin());
      // The CR after FS and stray line ends between frames are no offence.
      const auto blank =
          std::count_if(bytes.begin(), start, [](uint8_t b) { return b == '\r' || b == '\n'; });
      junk_run_ += skipped - static_cast<size_t>(blank);
      junk_total_ += skipped - static_cast<size_t>(blank);
      if (junk_run_ > limits_.junk_bytes_max) return false;
      if (start == bytes.end()) return true;
      bytes = bytes.subspan(skipped + 1);
      inside_ = true;
      junk_run_ = 0;
      continue;
    }
    const auto end = std::find(bytes.begin(), bytes.end(), kEndBlock);
    const auto length = static_cast<size_t>(end - bytes.begin());
    content(bytes.first(length));
    if (current_size_ > limits_.skip_bytes_max) return false;
    if (end == bytes.end()) return true;
    finish();
    bytes = bytes.subspan(length + 1);
  }
  return true;
}

// A sender that broke off and begins again on the same connection: <VT>MSH inside a message drops what came
// before, which was never acknowledged. A vertical tab elsewhere is text.
void Deframer::restart_if_new_header(uint8_t byte) {
  static constexpr std::array<uint8_t, 4> kRestart{kStartBlock, 'M', 'S', 'H'};
  if (byte != 'H' || current_.size() < kRestart.size()) return;
  if (!std::equal(kRestart.begin(), kRestart.end(), current_.end() - kRestart.size())) return;
  junk_total_ += current_.size() - kRestart.size();
  current_.assign(kRestart.begin() + 1, kRestart.end());
  current_size_ = current_.size();
}

void Deframer::content(std::span<const uint8_t> bytes) {
  const size_t keep_max = limits_.message_bytes_max + 1;
  for (size_t i = 0; i < bytes.size();) {
    // Plain runs are copied whole; only an H can complete <VT>MSH.
    const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(i);
    const auto h = std::find(from, bytes.end(), uint8_t{'H'});
    const auto stop = h == bytes.end() ? h : h + 1;
    const auto run = static_cast<size_t>(stop - from);
    current_size_ += run;
    const size_t room = keep_max - std::min(keep_max, current_.size());
    current_.insert(current_.end(), from, from + static_cast<std::ptrdiff_t>(std::min(room, run)));
    if (h != bytes.end() && run <= room) restart_if_new_header('H');
    i += run;
  }
}

void Deframer::finish() {
  Message out;
  out.size_bytes = current_size_;
  out.oversize = current_size_ > limits_.message_bytes_max;
  if (out.oversize) current_.resize(std::min(current_.size(), kOversizeHead));
  out.bytes = std::move(current_);
  current_ = {};
  current_size_ = 0;
  inside_ = false;
  ready_.push_back(std::move(out));
}

std::optional<Deframer::Message> Deframer::next() {
  if (taken_ == ready_.size()) {
    ready_.clear();
    taken_ = 0;
    return std::nullopt;
  }
  return std::move(ready_[taken_++]);
}

}  // namespace xinglin::mllp
