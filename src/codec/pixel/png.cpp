// PNG of 8-bit grey or RGB (ISO/IEC 15948): one IDAT, each row with the filter that leaves the smallest sum.
#include <zlib.h>

#include <array>
#include <cstdlib>
#include <string_view>

#include "codec/pixel/render.h"

namespace xinglin::pixel {

namespace {

using Encoded = std::vector<uint8_t>;

constexpr int kLevel = 6;
constexpr size_t kFilters = 5;

void put_u32(Encoded& out, size_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<uint8_t>(value >> shift));
}

void put_chunk(Encoded& out, std::string_view type, const Encoded& body) {
  put_u32(out, body.size());
  const size_t start = out.size();
  out.insert(out.end(), type.begin(), type.end());
  out.insert(out.end(), body.begin(), body.end());
  put_u32(out, crc32_z(0, out.data() + start, out.size() - start));
}

uint8_t paeth(int a, int b, int c) {
  const int to_a = std::abs(b - c), to_b = std::abs(a - c), to_c = std::abs(a + b - 2 * c);
  if (to_a <= to_b && to_a <= to_c) return static_cast<uint8_t>(a);
  return static_cast<uint8_t>(to_b <= to_c ? b : c);
}

uint8_t predicted(size_t filter, uint8_t left, uint8_t up, uint8_t corner) {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return static_cast<uint8_t>((left + up) / 2);
    case 4:
      return paeth(left, up, corner);
    default:
      return 0;
  }
}

// Filter type and bytes of one row; `above` is empty in the first.
Encoded filtered(std::span<const uint8_t> row, std::span<const uint8_t> above, size_t samples) {
  Encoded best;
  uint64_t least = UINT64_MAX;
  for (size_t filter = 0; filter < kFilters; ++filter) {
    Encoded tried{static_cast<uint8_t>(filter)};
    tried.reserve(row.size() + 1);
    uint64_t sum = 0;
    for (size_t i = 0; i < row.size(); ++i) {
      const bool inside = i >= samples;
      const uint8_t left = inside ? row[i - samples] : uint8_t{0}, up = above.empty() ? uint8_t{0} : above[i];
      const uint8_t corner = inside && !above.empty() ? above[i - samples] : uint8_t{0};
      tried.push_back(static_cast<uint8_t>(row[i] - predicted(filter, left, up, corner)));
      sum += static_cast<uint64_t>(std::abs(static_cast<int8_t>(tried.back())));
    }
    if (sum >= least) continue;
    least = sum;
    best = std::move(tried);
  }
  return best;
}

}  // namespace

Result<Encoded> encode_png(const Picture& picture) {
  const size_t width = size_t{picture.columns} * picture.samples;
  Encoded plain;
  plain.reserve((width + 1) * picture.rows);
  std::span<const uint8_t> above;
  for (size_t y = 0; y < picture.rows; ++y) {
    const auto row = std::span(picture.bytes).subspan(y * width, width);
    const Encoded line = filtered(row, above, picture.samples);
    plain.insert(plain.end(), line.begin(), line.end());
    above = row;
  }
  uLongf size = compressBound(plain.size());
  Encoded packed(size);
  if (compress2(packed.data(), &size, plain.data(), plain.size(), kLevel) != Z_OK || size > INT32_MAX)
    return Error(kTooLarge, "the picture is too large for a PNG");
  packed.resize(size);
  Encoded header;
  put_u32(header, picture.columns);
  put_u32(header, picture.rows);
  header.insert(header.end(), {8, static_cast<uint8_t>(picture.samples == 3 ? 2 : 0), 0, 0, 0});
  Encoded out{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  put_chunk(out, "IHDR", header);
  put_chunk(out, "IDAT", packed);
  put_chunk(out, "IEND", {});
  return out;
}

}  // namespace xinglin::pixel
