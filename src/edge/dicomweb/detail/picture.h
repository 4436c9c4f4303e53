// What a request for a picture asks for (PS3.18 8.3.5, 9.1.2.2): which frame, how large, which part, which
// window, which form. Pure functions; private to edge/dicomweb.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/http/http.h"
#include "codec/pixel/render.h"

namespace xinglin::dicomweb {

inline constexpr uint32_t kThumbnailSide = 128;  // pixels, when no viewport is asked for

enum class PictureForm { Jpeg, Png };
std::string_view media_type_of(PictureForm form);

struct PictureRequest {
  std::optional<pixel::Window> window;
  std::optional<pixel::Viewport> viewport;
  int quality = 90;
  PictureForm form = PictureForm::Jpeg;
  // Of WADO-URI, whose region is in parts of the picture: 0..1 from the left and the top.
  struct Region {
    double left = 0, top = 0, right = 1, bottom = 1;
  };
  std::optional<Region> region;
  uint32_t frame = 1;
};

// viewport, window and quality of WADO-RS, and `accept`. kBadRequest, kNotOffered, kNotAcceptable.
Result<PictureRequest> parse_picture(const http::Request& request);
// windowCenter, windowWidth, rows, columns, region, imageQuality, frameNumber of WADO-URI; `form` is said by
// contentType.
Result<PictureRequest> parse_wado_uri_picture(const http::Request& request, PictureForm form);
// A thumbnail may only be made smaller: viewport of two numbers, and `accept`.
Result<PictureRequest> parse_thumbnail(const http::Request& request);

// The picture of a frame as asked for, coded.
Result<std::vector<uint8_t>> make_picture(pixel::Frame frame, const pixel::Display& display,
                                          const PictureRequest& asked);

}  // namespace xinglin::dicomweb
