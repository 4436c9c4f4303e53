#include "codec/pixel/detail/scale.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace xinglin::pixel::detail {

namespace {

// What one new pixel takes from the old ones along an axis.
struct Tap {
  size_t first = 0;
  std::vector<float> weights;
};

struct Axis {
  double start = 0, length = 0;  // of the region, inside of the picture
  bool mirrored = false;
};

Tap mean_of(double from, double to, size_t size) {
  Tap out;
  out.first = std::min(static_cast<size_t>(from), size - 1);
  const size_t last = std::min(static_cast<size_t>(std::ceil(to)), size);
  for (size_t i = out.first; i < std::max(last, out.first + 1); ++i) {
    const auto low = static_cast<double>(i);
    const double part = std::min(to, low + 1) - std::max(from, low);
    out.weights.push_back(static_cast<float>(std::max(part, 0.0) / (to - from)));
  }
  return out;
}

Tap between(double at, size_t size) {
  const double inside = std::clamp(at - 0.5, 0.0, static_cast<double>(size - 1));
  const auto first = static_cast<size_t>(inside);
  const auto part = static_cast<float>(inside - static_cast<double>(first));
  if (first + 1 >= size) return {first, {1.0F}};
  return {first, {1.0F - part, part}};
}

std::vector<Tap> taps(const Axis& axis, size_t size, size_t wanted) {
  const double step = axis.length / static_cast<double>(wanted);
  std::vector<Tap> out;
  out.reserve(wanted);
  for (size_t i = 0; i < wanted; ++i) {
    const double from = axis.start + step * static_cast<double>(i);
    out.push_back(step > 1 ? mean_of(from, from + step, size) : between(from + step / 2, size));
  }
  if (axis.mirrored) std::reverse(out.begin(), out.end());
  return out;
}

// Rows of the source at their new width, made when they are asked for. Neighbouring rows of the result share
// at most one of them when the picture shrinks and two when it grows.
class NarrowRows {
public:
  NarrowRows(const Picture& source, const std::vector<Tap>& taps) : source_(source), taps_(taps) {}

  const std::vector<float>& row(size_t y) {
    Row& slot = rows_[y % 2];
    if (slot.y == y && !slot.values.empty()) return slot.values;
    const size_t samples = source_.samples;
    slot.y = y;
    slot.values.assign(taps_.size() * samples, 0.0F);
    const uint8_t* line = source_.bytes.data() + y * source_.columns * samples;
    for (size_t x = 0; x < taps_.size(); ++x)
      for (size_t i = 0; i < taps_[x].weights.size(); ++i)
        for (size_t s = 0; s < samples; ++s)
          slot.values[x * samples + s] +=
              taps_[x].weights[i] * static_cast<float>(line[(taps_[x].first + i) * samples + s]);
    return slot.values;
  }

private:
  struct Row {
    size_t y = 0;
    std::vector<float> values;
  };
  const Picture& source_;
  const std::vector<Tap>& taps_;
  std::array<Row, 2> rows_;
};

void scale_into(Picture& out, const Picture& source, const Axis& across, const Axis& down) {
  const auto columns = taps(across, source.columns, out.columns);
  const auto rows = taps(down, source.rows, out.rows);
  NarrowRows narrow(source, columns);
  const size_t width = size_t{out.columns} * out.samples;
  std::vector<float> sum(width);
  out.bytes.resize(width * out.rows);
  for (size_t y = 0; y < out.rows; ++y) {
    std::fill(sum.begin(), sum.end(), 0.0F);
    for (size_t i = 0; i < rows[y].weights.size(); ++i) {
      const auto& line = narrow.row(rows[y].first + i);
      for (size_t x = 0; x < width; ++x) sum[x] += rows[y].weights[i] * line[x];
    }
    for (size_t x = 0; x < width; ++x)
      out.bytes[y * width + x] = static_cast<uint8_t>(std::clamp(std::lround(sum[x]), 0L, 255L));
  }
}

// The part of the region that lies on the picture; empty when none does.
Axis region(double start, double length, uint32_t size) {
  const double whole = size;
  Axis out{std::clamp(start, 0.0, whole), 0, length < 0};
  const double end = length == 0 ? whole : std::min(start + std::abs(length), whole);
  out.length = end - out.start;
  return out;
}

uint32_t rounded(double value, uint32_t most) {
  return static_cast<uint32_t>(std::clamp(std::lround(value), 1L, static_cast<long>(most)));
}

}  // namespace

Result<Picture> fit(Picture picture, const Viewport& viewport, double aspect) {
  if (viewport.columns < 1 || viewport.rows < 1 || viewport.columns > kViewportMax ||
      viewport.rows > kViewportMax)
    return Error(kBadView, "a viewport has 1 to " + std::to_string(kViewportMax) + " columns and rows");
  for (const double value : {viewport.left, viewport.top, viewport.width, viewport.height})
    if (!std::isfinite(value)) return Error(kBadView, "the region is not made of numbers");
  const Axis across = region(viewport.left, viewport.width, picture.columns);
  const Axis down = region(viewport.top, viewport.height, picture.rows);
  constexpr double kLeast = 1e-3;
  if (!(across.length > kLeast) || !(down.length > kLeast))
    return Error(kBadView, "the region lies outside of the picture");
  const double scale = std::min(viewport.columns / across.length, viewport.rows / (down.length * aspect));
  Picture out = picture;
  out.columns = rounded(across.length * scale, viewport.columns);
  out.rows = rounded(down.length * aspect * scale, viewport.rows);
  scale_into(out, picture, across, down);
  return out;
}

}  // namespace xinglin::pixel::detail
