// The marker segments of a JPEG-LS stream, its coding parameters, and the bits between two markers (ITU-T
// T.87 annexes A, C and D). Every length is checked against what is left. Private to codec/pixel.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"

namespace xinglin::pixel::detail {

enum class Interleave : uint8_t { None, Line, Sample };

struct LsFrameHeader {
  uint32_t columns = 0, rows = 0, bits = 0;
  std::vector<uint8_t> components;  // their identifiers
};

// C.2.4.1.1: as the stream gives them, or worked out from MAXVAL and NEAR.
struct LsParameters {
  int max_value = 0, t1 = 0, t2 = 0, t3 = 0, reset = 0;
};

struct LsScan {
  std::vector<size_t> components;  // as indices
  int near = 0;                    // greatest difference to the original
  Interleave interleave = Interleave::None;
  LsParameters parameters;
  uint32_t restart_lines = 0;      // 0: no restart marks
  std::span<const uint8_t> coded;  // up to the next marker that is not a restart mark
};

class LsParser {
public:
  explicit LsParser(std::span<const uint8_t> stream) : stream_(stream) {}
  // Reads up to the next scan and past it; nullopt at the end of the image.
  Result<std::optional<LsScan>> next_scan();
  const LsFrameHeader& header() const { return header_; }

private:
  Result<uint8_t> next_marker();
  Result<void> segment(uint8_t marker, std::span<const uint8_t> body);
  Result<void> frame_header(std::span<const uint8_t> body);
  Result<void> parameters(std::span<const uint8_t> body);
  Result<LsScan> scan_header(std::span<const uint8_t> body) const;
  std::span<const uint8_t> coded_bytes();

  std::span<const uint8_t> stream_;
  size_t position_ = 0;
  bool started_ = false;
  LsFrameHeader header_;
  LsParameters given_;  // 0: the default
  uint32_t restart_lines_ = 0;
};

// Bits of a scan: after a byte FF comes one of seven bits (A.1). Past the end it gives zeros and says so.
class LsBits {
public:
  explicit LsBits(std::span<const uint8_t> bytes) : bytes_(bytes) {}
  uint32_t read(unsigned count);  // at most 24 bits
  bool bit() { return read(1) != 0; }
  // Zeros before the next one, which is read too; nullopt when there are more than `most`.
  std::optional<uint32_t> zeros(uint32_t most);
  bool exhausted() const { return missing_; }
  size_t left() const { return bytes_.size() - position_ + count_ / 8; }  // bytes not used
  // Drops what is left up to the restart mark `number` (0 to 7); false when another thing is there.
  bool restart(unsigned number);

private:
  void fill();
  std::span<const uint8_t> bytes_;
  size_t position_ = 0;
  uint64_t bits_ = 0;  // left-aligned
  unsigned count_ = 0;
  bool after_ff_ = false, missing_ = false;
};

}  // namespace xinglin::pixel::detail
