// JPEG-LS decoding (ITU-T T.87 annex A): lossless and near-lossless, 2 to 16 bits, every interleave mode,
// restart marks counted in lines. Own code, because CharLS 2.4.1 was seen to run without end: here every
// sample costs at most LIMIT bits, every shift is bounded, and the lines are those of the attributes. Names
// of the variables are those of the standard.
#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <string>

#include "codec/pixel/detail/codec.h"
#include "codec/pixel/detail/jpeg_ls_stream.h"

namespace xinglin::pixel::detail {

namespace {

constexpr size_t kRegular = 365;  // contexts by their absolute value, 0 unused
constexpr unsigned kShiftMax = 23;
constexpr std::array<uint8_t, 32> kRunOrder{0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,  2,  3,  3,  3,  3,
                                            4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15};

struct Context {
  int64_t a = 0;
  int n = 1, b = 0, c = 0;
};
struct RunContext {
  int64_t a = 0;
  int n = 1, nn = 0;
};

// Two lines of a component with one sample more on each side: index 0 lies left of the first sample.
struct Lines {
  std::vector<int> previous, current;
  explicit Lines(size_t columns) : previous(columns + 2), current(columns + 2) {}
  void next() {
    std::swap(previous, current);
    // The sample after the last is the last, the one before the first is the first of the line above.
    previous.back() = previous[previous.size() - 2];
    current.front() = previous[1];
  }
  void clear() {
    std::fill(previous.begin(), previous.end(), 0);
    std::fill(current.begin(), current.end(), 0);
  }
};

struct Neighbours {
  int a, b, c, d;
};

class Scan {
public:
  Scan(const LsScan& scan, const LsFrameHeader& header, Frame& frame)
      : scan_(scan),
        frame_(frame),
        bits_(scan.coded),
        columns_(header.columns),
        max_(scan.parameters.max_value),
        near_(scan.near),
        lines_(scan.components.size(), Lines(header.columns)),
        run_index_(scan.components.size()) {
    step_ = 2 * near_ + 1;
    range_ = near_ == 0 ? max_ + 1 : (max_ + 2 * near_) / step_ + 1;
    qbpp_ = static_cast<unsigned>(std::bit_width(static_cast<unsigned>(range_ - 1)));
    const unsigned bpp = std::max(2U, static_cast<unsigned>(std::bit_width(static_cast<unsigned>(max_))));
    limit_ = 2 * (bpp + std::max(8U, bpp));
    reset();
  }

  Result<void> decode() {
    const size_t rows = frame_.layout.rows;
    for (size_t y = 0; y < rows && !bad_; ++y) {
      if (scan_.restart_lines != 0 && y != 0 && y % scan_.restart_lines == 0) {
        if (!bits_.restart(static_cast<unsigned>((y / scan_.restart_lines - 1) % 8)))
          return Error(kDamaged, "a restart mark of a JPEG-LS frame is missing");
        reset();
      }
      for (Lines& lines : lines_) lines.next();
      if (scan_.interleave == Interleave::Sample) {
        pixel_line();
      } else {
        for (size_t i = 0; i < lines_.size() && !bad_; ++i) sample_line(lines_[i], run_index_[i]);
      }
      if (bits_.exhausted()) return Error(kDamaged, "a JPEG-LS frame is cut short");
      for (size_t i = 0; i < lines_.size(); ++i) put(y, i);
    }
    if (bad_) return Error(kDamaged, "a JPEG-LS frame holds a wrong code");
    if (bits_.left() > kLeftMax) return Error(kDamaged, "a JPEG-LS scan holds more than the frame");
    return {};
  }

private:
  static constexpr size_t kLeftMax = 2;  // bytes after the last code

  void reset() {
    const int64_t a = std::max(2, (range_ + 32) / 64);
    contexts_.fill({a, 1, 0, 0});
    run_contexts_.fill({a, 1, 0});
    std::fill(run_index_.begin(), run_index_.end(), 0U);
    for (Lines& lines : lines_) lines.clear();
  }

  int quantize(int difference) const {
    const LsParameters& p = scan_.parameters;
    const int size = std::abs(difference);
    const int out = size <= near_ ? 0 : size < p.t1 ? 1 : size < p.t2 ? 2 : size < p.t3 ? 3 : 4;
    return difference < 0 ? -out : out;
  }

  int context_of(const Neighbours& at) const {
    return 81 * quantize(at.d - at.b) + 9 * quantize(at.b - at.c) + quantize(at.c - at.a);
  }

  static Neighbours around(const Lines& lines, size_t x) {
    return {lines.current[x], lines.previous[x + 1], lines.previous[x], lines.previous[x + 2]};
  }

  // A.5.3: the code of Golomb order k, at most `limit` bits long.
  int64_t code(unsigned k, unsigned limit) {
    const unsigned longest = limit - qbpp_ - 1;
    const auto zeros = bits_.zeros(longest);
    if (!zeros) {
      bad_ = true;
      return 0;
    }
    const int64_t out =
        *zeros < longest ? int64_t{*zeros} << k | bits_.read(k) : int64_t{bits_.read(qbpp_)} + 1;
    if (out > int64_t{2} * range_ + 1) bad_ = true;
    return bad_ ? 0 : out;
  }

  static unsigned order(int64_t a, int64_t n) {
    unsigned k = 0;
    while (k < kShiftMax && n << k < a) ++k;
    return k;
  }

  int rebuilt(int prediction, int error) const {
    int value = prediction + error * step_;
    if (value < -near_) value += range_ * step_;
    if (value > max_ + near_) value -= range_ * step_;
    return std::clamp(value, 0, max_);
  }

  int regular(int q, const Neighbours& at) {
    const int sign = q < 0 ? -1 : 1;
    Context& context = contexts_[static_cast<size_t>(std::abs(q))];
    int prediction = at.a + at.b - at.c;
    if (at.c >= std::max(at.a, at.b)) prediction = std::min(at.a, at.b);
    if (at.c <= std::min(at.a, at.b)) prediction = std::max(at.a, at.b);
    prediction = std::clamp(prediction + sign * context.c, 0, max_);
    const unsigned k = order(context.a, context.n);
    const int64_t mapped = code(k, limit_);
    auto error = static_cast<int>(mapped % 2 != 0 ? -(mapped + 1) / 2 : mapped / 2);
    if (near_ == 0 && k == 0 && 2 * context.b <= -context.n) error = -error - 1;
    update(context, error);
    return rebuilt(prediction, sign * error);
  }

  void update(Context& context, int error) const {
    context.b += error * step_;
    context.a += std::abs(error);
    if (context.n == scan_.parameters.reset) {
      context.a >>= 1;
      context.b >>= 1;
      context.n >>= 1;
    }
    ++context.n;
    if (context.b <= -context.n) {
      context.b = std::max(context.b + context.n, -context.n + 1);
      context.c = std::max(context.c - 1, -128);
    } else if (context.b > 0) {
      context.b = std::min(context.b - context.n, 0);
      context.c = std::min(context.c + 1, 127);
    }
  }

  // A.7.1.2: how many of `most` samples repeat the one before.
  size_t run_length(size_t most, unsigned& run_index) {
    size_t out = 0;
    while (out < most && bits_.bit()) {
      const size_t whole = size_t{1} << kRunOrder[run_index], part = std::min(whole, most - out);
      out += part;
      if (part == whole) run_index = std::min(run_index + 1, 31U);
    }
    if (out < most) out += bits_.read(kRunOrder[run_index]);
    if (out > most) bad_ = true;
    return std::min(out, most);
  }

  // A.7.2: the sample that ends a run, of type 1 when its neighbours are alike.
  int interruption(int a, int b, bool alike, unsigned run_index) {
    RunContext& context = run_contexts_[alike ? 1 : 0];
    const int type = alike ? 1 : 0;
    const unsigned k = order(context.a + (alike ? context.n >> 1 : 0), context.n);
    const int64_t mapped = code(k, limit_ - kRunOrder[run_index] - 1);
    const int64_t twice = mapped + type;
    const bool odd = twice % 2 != 0;
    auto error = static_cast<int>((twice + (odd ? 1 : 0)) / 2);
    if ((k != 0 || 2 * context.nn >= context.n) == odd) error = -error;
    if (error < 0) ++context.nn;
    context.a += (mapped + 1 - type) >> 1;
    if (context.n == scan_.parameters.reset) {
      context.a >>= 1;
      context.n >>= 1;
      context.nn >>= 1;
    }
    ++context.n;
    return rebuilt(alike ? a : b, !alike && b < a ? -error : error);
  }

  void sample_line(Lines& lines, unsigned& run_index) {
    for (size_t x = 0; x < columns_ && !bad_;) {
      const Neighbours at = around(lines, x);
      if (const int q = context_of(at); q != 0) {
        lines.current[++x] = regular(q, at);
        continue;
      }
      const size_t length = run_length(columns_ - x, run_index);
      std::fill_n(lines.current.begin() + static_cast<std::ptrdiff_t>(x) + 1, length, at.a);
      x += length;
      if (x == columns_ || bad_) return;
      const int above = lines.previous[x + 1];
      lines.current[++x] = interruption(at.a, above, std::abs(at.a - above) <= near_, run_index);
      if (run_index > 0) --run_index;
    }
  }

  // Sample interleaved: a run is one of whole pixels, and no interruption counts as alike.
  void pixel_line() {
    unsigned& run_index = run_index_.front();
    for (size_t x = 0; x < columns_ && !bad_;) {
      bool flat = true;
      for (size_t i = 0; i < lines_.size(); ++i) flat = flat && context_of(around(lines_[i], x)) == 0;
      if (!flat) {
        for (Lines& lines : lines_) {
          const Neighbours at = around(lines, x);
          lines.current[x + 1] = regular(context_of(at), at);
        }
        ++x;
        continue;
      }
      const size_t length = run_length(columns_ - x, run_index);
      for (Lines& lines : lines_)
        std::fill_n(lines.current.begin() + static_cast<std::ptrdiff_t>(x) + 1, length, lines.current[x]);
      x += length;
      if (x == columns_ || bad_) return;
      for (Lines& lines : lines_)
        lines.current[x + 1] = interruption(lines.current[x], lines.previous[x + 1], false, run_index);
      ++x;
      if (run_index > 0) --run_index;
    }
  }

  void put(size_t y, size_t index) {
    const Layout& layout = frame_.layout;
    const size_t width = layout.bytes_per_sample(), stride = width * layout.samples;
    uint8_t* at = frame_.bytes.data() + y * columns_ * stride + scan_.components[index] * width;
    const int* values = lines_[index].current.data() + 1;
    for (size_t x = 0; x < columns_; ++x, at += stride) {
      at[0] = static_cast<uint8_t>(values[x]);
      if (width > 1) at[1] = static_cast<uint8_t>(values[x] >> 8);
    }
  }

  const LsScan& scan_;
  Frame& frame_;
  LsBits bits_;
  size_t columns_;
  int max_, near_, step_ = 1, range_ = 0;
  unsigned qbpp_ = 0, limit_ = 0;
  bool bad_ = false;
  std::array<Context, kRegular> contexts_{};
  std::array<RunContext, 2> run_contexts_{};
  std::vector<Lines> lines_;
  std::vector<unsigned> run_index_;
};

}  // namespace

Result<Frame> decode_jpeg_ls(const Layout& layout, Bytes stream) {
  LsParser parser(stream);
  std::vector<bool> seen(layout.samples);
  Frame out;
  bool lossy = false;
  for (size_t done = 0; done < layout.samples;) {
    XL_TRY(const auto scan, parser.next_scan());
    if (!scan) return Error(kDamaged, "a JPEG-LS frame ends before its last component");
    const LsFrameHeader& header = parser.header();
    XL_CHECK(check_size(layout, header.columns, header.rows, header.components.size(), header.bits));
    if (layout.bits_allocated > 16) return Error(kUnsupported, "JPEG-LS holds at most 16 bits");
    XL_CHECK(check_plausible(layout, stream.size()));
    for (const size_t component : scan->components) {
      if (seen[component]) return Error(kDamaged, "a JPEG-LS component comes twice");
      seen[component] = true;
    }
    if (out.bytes.empty()) out = blank(layout, Loss::None);
    XL_CHECK(Scan(*scan, header, out).decode());
    done += scan->components.size();
    lossy = lossy || scan->near != 0;
  }
  XL_TRY(const auto more, parser.next_scan());
  if (more) return Error(kDamaged, "a JPEG-LS frame has more scans than components");
  if (lossy) out.loss = Loss::Lossy;
  extend_sign(out);
  return out;
}

}  // namespace xinglin::pixel::detail
