#include "codec/pixel/detail/jpeg_parser.h"

#include <algorithm>
#include <string>

namespace xinglin::pixel::detail {

namespace {

constexpr uint8_t kSoi = 0xD8, kEoi = 0xD9, kSos = 0xDA, kDqt = 0xDB, kDnl = 0xDC, kDri = 0xDD, kDht = 0xC4;
constexpr uint8_t kApp0 = 0xE0, kApp14 = 0xEE;

bool is_frame_header(uint8_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != kDht && marker != 0xC8 && marker != 0xCC;
}

Error damaged(const char* what) {
  return {kDamaged, std::string("the JPEG stream ") + what};
}

// T.81 annex C: codes of each length in rising order. False when the counts do not form a prefix code.
bool build(HuffmanTable& table, std::span<const uint8_t> counts) {
  table.lookup.fill(0);
  int32_t code = 0, index = 0;
  for (size_t length = 1; length <= 16; ++length) {
    table.offset[length] = index - code;
    const int32_t count = counts[length - 1];
    if (code + count > (int32_t{1} << length)) return false;
    for (int32_t i = 0; i < count && length <= 9; ++i) {
      const auto entry = static_cast<uint16_t>(length << 8 | table.values[static_cast<size_t>(index + i)]);
      const size_t first = static_cast<size_t>(code + i) << (9 - length);
      std::fill_n(table.lookup.begin() + static_cast<std::ptrdiff_t>(first), size_t{1} << (9 - length),
                  entry);
    }
    code += count;
    index += count;
    table.max_code[length] = count > 0 ? code - 1 : -1;
    code <<= 1;
  }
  table.defined = true;
  return true;
}

}  // namespace

Result<uint8_t> JpegParser::next_marker() {
  while (position_ + 1 < stream_.size()) {
    if (stream_[position_] != 0xFF) return damaged("has bytes between its segments");
    const uint8_t marker = stream_[position_ + 1];
    ++position_;
    if (marker == 0xFF) continue;
    ++position_;
    return marker;
  }
  return damaged("ends without an end mark");
}

Result<void> JpegParser::read_header() {
  while (header_.process == 0) {
    XL_TRY(const auto scan, next_scan());
    if (!scan || header_.process == 0) return damaged("has no frame header");
  }
  return {};
}

Result<std::optional<JpegScan>> JpegParser::next_scan() {
  if (!started_) {
    XL_TRY(const uint8_t first, next_marker());
    if (first != kSoi) return damaged("does not start with SOI");
    started_ = true;
  }
  for (;;) {
    XL_TRY(const uint8_t marker, next_marker());
    if (marker == kEoi) return std::optional<JpegScan>();
    if (marker < 0xC0 || (marker >= 0xD0 && marker <= 0xD8)) return damaged("has a mark where none may be");
    if (stream_.size() - position_ < 2) return damaged("ends inside a segment");
    const size_t length = static_cast<size_t>(stream_[position_] << 8 | stream_[position_ + 1]);
    if (length < 2 || length > stream_.size() - position_) return damaged("has a segment longer than itself");
    const auto body = stream_.subspan(position_ + 2, length - 2);
    position_ += length;
    if (marker == kSos) {
      XL_TRY(JpegScan scan, scan_header(body));
      return std::optional<JpegScan>(std::move(scan));
    }
    XL_CHECK(segment(marker, body));
  }
}

Result<void> JpegParser::segment(uint8_t marker, std::span<const uint8_t> body) {
  const auto begins = [&](std::string_view text) {
    return body.size() >= text.size() && std::equal(text.begin(), text.end(), body.begin());
  };
  if (is_frame_header(marker)) return frame_header(marker, body);
  if (marker == kDht) return huffman_tables(body);
  if (marker == kDqt) return quantization_tables(body);
  if (marker == kDnl) return Error(kUnsupported, "a JPEG stream that tells its height at its end");
  if (marker == kDri) {
    if (body.size() != 2) return damaged("has a wrong restart interval");
    restart_interval_ = static_cast<uint32_t>(body[0] << 8 | body[1]);
  }
  if (marker == kApp0 && begins("JFIF")) header_.jfif = true;
  if (marker == kApp14 && begins("Adobe") && body.size() >= 12) header_.adobe_transform = body[11];
  return {};
}

Result<void> JpegParser::frame_header(uint8_t marker, std::span<const uint8_t> body) {
  if (header_.process != 0) return damaged("has two frame headers");
  if (body.size() < 6 || body.size() != 6u + 3u * body[5]) return damaged("has a wrong frame header");
  header_.process = marker;
  header_.precision = body[0];
  header_.rows = static_cast<uint32_t>(body[1] << 8 | body[2]);
  header_.columns = static_cast<uint32_t>(body[3] << 8 | body[4]);
  if (body[5] < 1 || body[5] > 4) return damaged("has a wrong number of components");
  for (size_t i = 0; i < body[5]; ++i) {
    const auto* at = &body[6 + 3 * i];
    const JpegComponent component{at[0], static_cast<uint8_t>(at[1] >> 4), static_cast<uint8_t>(at[1] & 15),
                                  at[2]};
    if (component.horizontal < 1 || component.horizontal > 4 || component.vertical < 1 ||
        component.vertical > 4 || component.quantization > 3)
      return damaged("has a wrong component");
    header_.components.push_back(component);
  }
  return {};
}

Result<void> JpegParser::huffman_tables(std::span<const uint8_t> body) {
  while (!body.empty()) {
    if (body.size() < 17) return damaged("has a Huffman table cut short");
    const uint8_t place = body[0];
    const auto counts = body.subspan(1, 16);
    size_t total = 0;
    for (const uint8_t count : counts) total += count;
    if (total > 256 || total > body.size() - 17 || (place & 15) > 3 || place >> 4 > 1)
      return damaged("has a wrong Huffman table");
    HuffmanTable& table = (place >> 4 != 0 ? ac_ : dc_)[place & 15];
    table = {};
    std::copy_n(body.begin() + 17, total, table.values.begin());
    if (!build(table, counts)) return damaged("has a Huffman table that is no prefix code");
    body = body.subspan(17 + total);
  }
  return {};
}

Result<void> JpegParser::quantization_tables(std::span<const uint8_t> body) {
  while (!body.empty()) {
    const bool wide = body[0] >> 4 != 0;
    const size_t place = body[0] & 15, bytes = wide ? 128 : 64;
    if (place > 3 || body.size() < 1 + bytes) return damaged("has a wrong quantization table");
    for (size_t i = 0; i < 64; ++i)
      quantization_[place][i] =
          wide ? static_cast<uint16_t>(body[1 + 2 * i] << 8 | body[2 + 2 * i]) : body[1 + i];
    has_quantization_[place] = true;
    body = body.subspan(1 + bytes);
  }
  return {};
}

Result<JpegScan> JpegParser::scan_header(std::span<const uint8_t> body) const {
  if (header_.process == 0) return damaged("has a scan before its frame header");
  if (body.empty() || body[0] < 1 || body[0] > header_.components.size() || body.size() != 4u + 2u * body[0])
    return damaged("has a wrong scan header");
  JpegScan scan;
  for (size_t i = 0; i < body[0]; ++i) {
    const uint8_t id = body[1 + 2 * i], tables = body[2 + 2 * i];
    size_t component = 0;
    while (component < header_.components.size() && header_.components[component].id != id) ++component;
    if (component == header_.components.size() || tables >> 4 > 3 || (tables & 15) > 3)
      return damaged("has a scan of a component that it does not have");
    for (const auto& part : scan.parts)
      if (part.component == component) return damaged("names a component twice in a scan");
    scan.parts.push_back({component, static_cast<uint8_t>(tables >> 4), static_cast<uint8_t>(tables & 15)});
  }
  const auto* last = &body[body.size() - 3];
  scan.start = last[0];
  scan.end = last[1];
  scan.high = last[2] >> 4;
  scan.low = last[2] & 15;
  return scan;
}

void BitReader::fill() {
  while (count_ <= 56) {
    uint64_t byte = 0;
    if (position_ < bytes_.size() && bytes_[position_] != 0xFF) {
      byte = bytes_[position_++];
    } else if (position_ + 1 < bytes_.size() && bytes_[position_ + 1] == 0) {
      byte = 0xFF;
      position_ += 2;
    } else {
      padding_ += 8;
    }
    bits_ |= byte << (56 - count_);
    count_ += 8;
  }
  padding_ = std::min(padding_, 1 << 20);
}

int BitReader::decode(const HuffmanTable& table) {
  if (count_ < 16) fill();
  const uint16_t quick = table.lookup[peek(9)];
  if (quick != 0) {
    drop(quick >> 8);
    return quick & 0xFF;
  }
  for (int length = 1; length <= 16; ++length) {
    const auto code = static_cast<int32_t>(peek(length));
    if (table.max_code[static_cast<size_t>(length)] >= code) {
      drop(length);
      return table.values[static_cast<size_t>(code + table.offset[static_cast<size_t>(length)]) & 255];
    }
  }
  return -1;
}

int BitReader::receive(int bits) {
  if (bits == 0) return 0;
  if (count_ < bits) fill();
  const int out = static_cast<int>(peek(bits));
  drop(bits);
  return out;
}

bool BitReader::restart(unsigned number) {
  if (exhausted() || count_ - padding_ >= 8) return false;
  bits_ = 0;
  count_ = padding_ = 0;
  while (position_ + 1 < bytes_.size() && bytes_[position_] == 0xFF && bytes_[position_ + 1] == 0xFF)
    ++position_;
  if (position_ + 1 >= bytes_.size() || bytes_[position_] != 0xFF ||
      bytes_[position_ + 1] != 0xD0 + number % 8)
    return false;
  position_ += 2;
  return true;
}

}  // namespace xinglin::pixel::detail
