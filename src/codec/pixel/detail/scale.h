// Scaling of 8-bit pictures: each axis by the mean of what a new pixel covers when it gets smaller, between
// neighbours when it gets larger. Private to codec/pixel.
#pragma once

#include "codec/pixel/render.h"

namespace xinglin::pixel::detail {

// `aspect`: height of a source pixel over its width.
Result<Picture> fit(Picture picture, const Viewport& viewport, double aspect);

}  // namespace xinglin::pixel::detail
