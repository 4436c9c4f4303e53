#include "codec/pixel/detail/jpeg_ls_stream.h"

#include <algorithm>
#include <bit>
#include <string>
#include <string_view>

#include "codec/pixel/errors.h"

namespace xinglin::pixel::detail {

namespace {

constexpr uint8_t kSoi = 0xD8, kEoi = 0xD9, kSos = 0xDA, kDnl = 0xDC, kDri = 0xDD, kSof = 0xF7, kLse = 0xF8;
constexpr uint8_t kApp0 = 0xE0, kApp8 = 0xE8, kApp15 = 0xEF, kComment = 0xFE;
constexpr size_t kComponentsMax = 4;

Error damaged(const char* what) {
  return {kDamaged, std::string("the JPEG-LS frame ") + what};
}

Error unsupported(const char* what) {
  return {kUnsupported, std::string("a JPEG-LS frame ") + what};
}

int u16(std::span<const uint8_t> bytes, size_t at) {
  return bytes[at] << 8 | bytes[at + 1];
}

bool is_restart(uint8_t marker) {
  return marker >= 0xD0 && marker <= 0xD7;
}

// CLAMP of C.2.4.1.1.1.
int clamped(int value, int low, int high) {
  return value > high || value < low ? low : value;
}

LsParameters defaults(int max_value, int near) {
  LsParameters out;
  out.max_value = max_value;
  int t1 = 0, t2 = 0, t3 = 0;
  if (max_value >= 128) {
    const int factor = (std::min(max_value, 4095) + 128) / 256;
    t1 = factor * (3 - 2) + 2 + 3 * near;
    t2 = factor * (7 - 3) + 3 + 5 * near;
    t3 = factor * (21 - 4) + 4 + 7 * near;
  } else {
    const int factor = 256 / (max_value + 1);
    t1 = std::max(2, 3 / factor + 3 * near);
    t2 = std::max(3, 7 / factor + 5 * near);
    t3 = std::max(4, 21 / factor + 7 * near);
  }
  out.t1 = clamped(t1, near + 1, max_value);
  out.t2 = clamped(t2, out.t1, max_value);
  out.t3 = clamped(t3, out.t2, max_value);
  out.reset = 64;
  return out;
}

Result<LsParameters> complete(const LsParameters& given, uint32_t bits, int near) {
  const int greatest = (1 << bits) - 1, max_value = given.max_value != 0 ? given.max_value : greatest;
  if (max_value > greatest || near > std::min(255, max_value / 2))
    return damaged("has a wrong NEAR or MAXVAL");
  LsParameters out = defaults(max_value, near);
  if (given.t1 != 0) out.t1 = given.t1;
  if (given.t2 != 0) out.t2 = given.t2;
  if (given.t3 != 0) out.t3 = given.t3;
  if (given.reset != 0) out.reset = given.reset;
  if (out.t1 < near + 1 || out.t2 < out.t1 || out.t3 < out.t2 || out.t3 > max_value || out.reset < 3 ||
      out.reset > std::max(255, max_value))
    return damaged("has wrong thresholds");
  return out;
}

}  // namespace

Result<uint8_t> LsParser::next_marker() {
  while (position_ + 1 < stream_.size()) {
    if (stream_[position_] != 0xFF) return damaged("has bytes between its segments");
    const uint8_t marker = stream_[++position_];
    if (marker == 0xFF) continue;
    ++position_;
    return marker;
  }
  return damaged("ends without an end mark");
}

Result<std::optional<LsScan>> LsParser::next_scan() {
  if (!started_) {
    XL_TRY(const uint8_t first, next_marker());
    if (first != kSoi) return damaged("does not start with SOI");
    started_ = true;
  }
  for (;;) {
    XL_TRY(const uint8_t marker, next_marker());
    if (marker == kEoi) return std::optional<LsScan>();
    if (marker < 0xC0 || is_restart(marker) || marker == kSoi) return damaged("has a mark where none may be");
    if (stream_.size() - position_ < 2) return damaged("ends inside a segment");
    const auto length = static_cast<size_t>(u16(stream_, position_));
    if (length < 2 || length > stream_.size() - position_) return damaged("has a segment longer than itself");
    const auto body = stream_.subspan(position_ + 2, length - 2);
    position_ += length;
    if (marker == kSos) {
      XL_TRY(LsScan scan, scan_header(body));
      scan.coded = coded_bytes();
      return std::optional<LsScan>(std::move(scan));
    }
    XL_CHECK(segment(marker, body));
  }
}

// Coded bits never hold FF before a byte of 80 or more: that is a marker.
std::span<const uint8_t> LsParser::coded_bytes() {
  const size_t start = position_;
  while (position_ < stream_.size()) {
    const bool last = position_ + 1 == stream_.size();
    if (stream_[position_] == 0xFF &&
        (last ||
         (stream_[position_ + 1] >= 0x80 && !(restart_lines_ != 0 && is_restart(stream_[position_ + 1])))))
      break;
    ++position_;
  }
  return stream_.subspan(start, position_ - start);
}

Result<void> LsParser::segment(uint8_t marker, std::span<const uint8_t> body) {
  if (marker == kSof) return frame_header(body);
  if (marker == kLse) return parameters(body);
  if (marker == kDnl) return unsupported("that tells its height at its end");
  if (marker == kDri) {
    if (body.size() < 2 || body.size() > 4) return damaged("has a wrong restart interval");
    restart_lines_ = 0;
    for (const uint8_t byte : body) restart_lines_ = restart_lines_ << 8 | byte;
    return {};
  }
  // HP's colour transformation, outside of the standard and of DICOM.
  constexpr std::string_view kTransform = "mrfx";
  if (marker == kApp8 && body.size() >= 5 && std::equal(kTransform.begin(), kTransform.end(), body.begin()) &&
      body[4] != 0)
    return unsupported("with a colour transformation of its own");
  if ((marker >= kApp0 && marker <= kApp15) || marker == kComment) return {};
  return unsupported("with a segment that is not of JPEG-LS");
}

Result<void> LsParser::frame_header(std::span<const uint8_t> body) {
  if (header_.bits != 0) return damaged("has two frame headers");
  if (body.size() < 6 || body.size() != 6 + size_t{3} * body[5]) return damaged("has a wrong frame header");
  const size_t count = body[5];
  if (body[0] < 2 || body[0] > 16 || count < 1 || count > kComponentsMax)
    return damaged("has a wrong depth or number of components");
  header_.bits = body[0];
  header_.rows = static_cast<uint32_t>(u16(body, 1));
  header_.columns = static_cast<uint32_t>(u16(body, 3));
  for (size_t i = 0; i < count; ++i) {
    if (body[7 + 3 * i] != 0x11) return unsupported("with subsampled components");
    header_.components.push_back(body[6 + 3 * i]);
  }
  return {};
}

Result<void> LsParser::parameters(std::span<const uint8_t> body) {
  if (body.empty()) return damaged("has an empty parameter segment");
  if (body[0] != 1) return unsupported("with mapping tables or oversize dimensions");
  if (body.size() != 11) return damaged("has wrong coding parameters");
  given_ = {u16(body, 1), u16(body, 3), u16(body, 5), u16(body, 7), u16(body, 9)};
  return {};
}

Result<LsScan> LsParser::scan_header(std::span<const uint8_t> body) const {
  if (header_.bits == 0) return damaged("has a scan before its frame header");
  if (body.empty() || body.size() != 4 + size_t{2} * body[0]) return damaged("has a wrong scan header");
  const size_t count = body[0];
  LsScan out;
  for (size_t i = 0; i < count; ++i) {
    const auto found = std::find(header_.components.begin(), header_.components.end(), body[1 + 2 * i]);
    if (found == header_.components.end()) return damaged("has a scan of an unknown component");
    if (body[2 + 2 * i] != 0) return unsupported("with mapping tables or oversize dimensions");
    out.components.push_back(static_cast<size_t>(found - header_.components.begin()));
  }
  const auto rest = body.subspan(1 + 2 * count);
  if (rest[1] > 2 || (rest[1] == 0) != (count == 1)) return damaged("has a wrong interleave mode");
  if (rest[2] != 0) return unsupported("with a point transformation");
  out.near = rest[0];
  out.interleave = static_cast<Interleave>(rest[1]);
  out.restart_lines = restart_lines_;
  XL_TRY(out.parameters, complete(given_, header_.bits, out.near));
  return out;
}

void LsBits::fill() {
  while (count_ <= 56) {
    if (position_ == bytes_.size()) return;
    const uint8_t byte = bytes_[position_];
    if (byte == 0xFF && position_ + 1 < bytes_.size() && bytes_[position_ + 1] >= 0x80)
      return;  // restart mark
    const unsigned used = after_ff_ ? 7 : 8;
    bits_ |= uint64_t{byte} << (64 - used - count_);
    count_ += used;
    after_ff_ = byte == 0xFF;
    ++position_;
  }
}

uint32_t LsBits::read(unsigned count) {
  if (count == 0) return 0;
  if (count_ < count) fill();
  if (count_ < count) {
    missing_ = true;
    return 0;
  }
  const auto out = static_cast<uint32_t>(bits_ >> (64 - count));
  bits_ <<= count;
  count_ -= count;
  return out;
}

std::optional<uint32_t> LsBits::zeros(uint32_t most) {
  uint32_t out = 0;
  for (;;) {
    if (count_ == 0) fill();
    if (count_ == 0) {
      missing_ = true;
      return std::nullopt;
    }
    const auto leading = static_cast<unsigned>(std::countl_zero(bits_));
    if (leading < count_) {
      out += leading;
      if (out > most) return std::nullopt;
      read(leading);
      read(1);
      return out;
    }
    out += count_;
    bits_ = 0;
    count_ = 0;
    if (out > most) return std::nullopt;
  }
}

bool LsBits::restart(unsigned number) {
  if (count_ >= 8 || position_ + 1 >= bytes_.size() || bytes_[position_] != 0xFF ||
      bytes_[position_ + 1] != 0xD0 + number)
    return false;
  position_ += 2;
  bits_ = 0;
  count_ = 0;
  after_ff_ = false;
  return true;
}

}  // namespace xinglin::pixel::detail
