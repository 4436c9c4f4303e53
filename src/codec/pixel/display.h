// How stored values are meant to be seen: the display attributes of an object, read once for one frame and
// checked (PS3.3 C.11.1 Modality LUT, C.11.2 VOI LUT, C.11.6 Presentation LUT shape, C.7.6.3.1.5 palettes,
// C.7.5.1.1.2 padding; of enhanced objects from their functional groups). What contradicts itself is refused,
// except a stored window that cannot be applied: it is left out. Pure values, used by render.h.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "codec/dicom/data_set.h"
#include "codec/pixel/layout.h"

namespace xinglin::pixel {

struct Lut {
  int64_t first = 0;             // the input that gives values.front(), as every lower one does
  uint32_t bits = 8;             // of an entry: 8 to 16
  std::vector<uint16_t> values;  // never empty; inputs past the end give values.back()
  uint16_t at(int64_t input) const;
};

enum class VoiFunction { Linear, LinearExact, Sigmoid };
struct Window {
  double center = 0, width = 1;
  VoiFunction function = VoiFunction::Linear;
};
// Finite, and a width of at least 1 (Linear) or above 0 (the others): C.11.2.1.2.
bool is_usable(const Window& window);
// `value` through the window, to 0..1: the formulas of C.11.2.1.2.1 and C.11.2.1.3 with ymin 0 and ymax 1.
double apply(const Window& window, double value);

struct Padding {
  int64_t low = 0, high = 0;  // stored values, both included
};

struct Display {
  double slope = 1, intercept = 0;
  std::optional<Lut> modality;  // in place of slope and intercept
  std::vector<Window> windows;  // in the order of the object
  std::vector<Lut> voi;
  bool inverse = false;                       // low values are bright
  std::optional<std::array<Lut, 3>> palette;  // red, green, blue of PALETTE COLOR
  std::optional<Padding> padding;
  double aspect = 1;  // height of a pixel divided by its width
};

// `frame` counts from 0. The lookup tables must be in `header`: a table that the reader skipped is refused.
Result<Display> read_display(const dicom::DataSet& header, const Layout& layout, size_t frame = 0);

}  // namespace xinglin::pixel
