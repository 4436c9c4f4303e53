// The marker segments, Huffman tables and entropy-coded bits of a JPEG stream (ITU-T T.81 annexes B and F),
// shared by the lossless and the 12-bit decoder, and read first for every JPEG frame to check its size.
// Every length is checked against what is left. Private to codec/pixel.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "codec/pixel/errors.h"

namespace xinglin::pixel::detail {

struct HuffmanTable {
  bool defined = false;
  std::array<int32_t, 18> max_code{};  // by length; -1 when no code has it
  std::array<int32_t, 17> offset{};    // value index minus first code
  std::array<uint8_t, 256> values{};
  std::array<uint16_t, 512> lookup{};  // length << 8 | value for codes up to 9 bits, 0 for longer
};

struct JpegComponent {
  uint8_t id = 0, horizontal = 1, vertical = 1, quantization = 0;
};

struct JpegHeader {
  uint8_t process = 0;  // low byte of the SOF marker: C0 baseline, C1 extended, C2 progressive, C3 lossless
  uint8_t precision = 0;
  uint32_t rows = 0, columns = 0;
  std::vector<JpegComponent> components;
  bool jfif = false;
  std::optional<uint8_t> adobe_transform;
};

struct JpegScan {
  struct Part {
    size_t component;
    uint8_t dc, ac;
  };
  std::vector<Part> parts;
  uint8_t start = 0, end = 0, high = 0, low = 0;  // Ss, Se, Ah, Al
};

class JpegParser {
public:
  explicit JpegParser(std::span<const uint8_t> stream) : stream_(stream) {}

  // Segments up to the next SOS, which is read; nullopt at the end of the image.
  Result<std::optional<JpegScan>> next_scan();
  // Up to the frame header only.
  Result<void> read_header();

  const JpegHeader& header() const { return header_; }
  uint32_t restart_interval() const { return restart_interval_; }
  const HuffmanTable& dc(size_t index) const { return dc_[index]; }
  const HuffmanTable& ac(size_t index) const { return ac_[index]; }
  const std::array<uint16_t, 64>& quantization(size_t index) const { return quantization_[index]; }
  bool has_quantization(size_t index) const { return has_quantization_[index]; }
  std::span<const uint8_t> rest() const { return stream_.subspan(position_); }
  void skip(size_t bytes) { position_ += bytes; }

private:
  Result<uint8_t> next_marker();
  Result<void> segment(uint8_t marker, std::span<const uint8_t> body);
  Result<void> frame_header(uint8_t marker, std::span<const uint8_t> body);
  Result<void> huffman_tables(std::span<const uint8_t> body);
  Result<void> quantization_tables(std::span<const uint8_t> body);
  Result<JpegScan> scan_header(std::span<const uint8_t> body) const;

  std::span<const uint8_t> stream_;
  size_t position_ = 0;
  bool started_ = false;
  JpegHeader header_;
  uint32_t restart_interval_ = 0;
  std::array<HuffmanTable, 4> dc_, ac_;
  std::array<std::array<uint16_t, 64>, 4> quantization_{};
  std::array<bool, 4> has_quantization_{};
};

// Bits between two markers. Past the end it gives zeros and says so.
class BitReader {
public:
  explicit BitReader(std::span<const uint8_t> bytes) : bytes_(bytes) {}
  int decode(const HuffmanTable& table);  // -1: no such code
  int receive(int bits);                  // 0..16 bits
  static int extend(int value, int bits) {
    return bits > 0 && value < (1 << (bits - 1)) ? value - (1 << bits) + 1 : value;
  }
  bool exhausted() const { return padding_ > count_; }
  // Drops the rest of the byte and reads the restart marker RSTn; false when another thing is there.
  bool restart(unsigned number);
  size_t position() const { return position_; }  // of the marker, once all bits are used

private:
  void fill();
  uint32_t peek(int bits) const { return static_cast<uint32_t>(bits_ >> (64 - bits)); }
  void drop(int bits) {
    bits_ <<= bits;
    count_ -= bits;
  }
  std::span<const uint8_t> bytes_;
  size_t position_ = 0;
  uint64_t bits_ = 0;
  int count_ = 0, padding_ = 0;  // bits held; of those at the end, how many are made up
};

}  // namespace xinglin::pixel::detail
