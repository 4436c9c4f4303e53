// A decoded frame as a picture for the screen: grey or RGB of 8 bits, windowed, scaled, and coded as JPEG or
// PNG. Grey goes through modality, VOI and presentation transformation (PS3.4 N.2), colour becomes RGB as it
// is. Called by whoever shows images outside of a viewer: rendered resources and thumbnails (PS3.18 8.3.5).
// Pictures are for looking at, not for measuring: the objects stay what they are. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "codec/pixel/display.h"
#include "codec/pixel/layout.h"

namespace xinglin::pixel {

// The region of the source that is shown, scaled to fit into columns x rows with its proportions kept, pixels
// that are not square included (PS3.18 8.3.5.1.3).
struct Viewport {
  uint32_t columns = 0, rows = 0;
  double left = 0, top = 0;      // of the region, in pixels of the source
  double width = 0, height = 0;  // 0: to the edge; negative: mirrored
};

struct RenderOptions {
  std::optional<Window> window;      // in place of what the object says; without effect on colour
  std::optional<Viewport> viewport;  // without it the picture has the size of the frame
};

// Where the window of a picture comes from. Automatic: the object has none, and 99.6 % of the values without
// padding, 0.2 % left out at each end, span the picture (the whole range of the bits when there are at most
// 8).
enum class VoiSource { None, Given, StoredWindow, StoredTable, Automatic };

struct Picture {
  uint32_t columns = 0, rows = 0;
  uint32_t samples = 1;  // 1 grey, 3 RGB
  std::vector<uint8_t> bytes;
  VoiSource source = VoiSource::None;
  Window window;  // that was applied, unless `source` is None or StoredTable
};

inline constexpr uint32_t kViewportMax = 8192;  // columns and rows

// Refuses a window or viewport that cannot be applied (kBadView) and colours that are not known.
Result<Picture> render(Frame frame, const Display& display, const RenderOptions& options = {});

// Baseline, `quality` 1 to 100; colour is not subsampled from 90 on.
Result<std::vector<uint8_t>> encode_jpeg(const Picture& picture, int quality = 90);
Result<std::vector<uint8_t>> encode_png(const Picture& picture);

}  // namespace xinglin::pixel
