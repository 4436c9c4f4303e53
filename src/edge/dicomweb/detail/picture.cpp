#include "edge/dicomweb/detail/picture.h"

#include <charconv>
#include <cmath>

#include "edge/dicomweb/detail/negotiation.h"
#include "edge/dicomweb/errors.h"

namespace xinglin::dicomweb {

namespace {

using http::Request;

Error bad(std::string_view name, std::string_view form) {
  return {kBadRequest, std::string(name) + " must be " + std::string(form)};
}

std::vector<std::string_view> fields_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (true) {
    const size_t cut = std::min(text.find(','), text.size());
    out.push_back(text.substr(0, cut));
    if (cut == text.size()) return out;
    text.remove_prefix(cut + 1);
  }
}

std::optional<double> decimal(std::string_view text) {
  double out = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  const bool whole = error == std::errc() && end == text.data() + text.size() && !text.empty();
  return whole && std::isfinite(out) ? std::optional(out) : std::nullopt;
}

std::optional<uint32_t> count(std::string_view text, uint32_t max) {
  uint32_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && out >= 1 && out <= max ? std::optional(out) : std::nullopt;
}

// "columns,rows[,left,top[,width,height]]"; what is left out or empty has its default (PS3.18 8.3.5.1.3).
Result<pixel::Viewport> viewport_of(std::string_view text, bool may_crop) {
  constexpr std::string_view kForm =
      "columns,rows[,left,top,width,height] with at most 8192 columns and rows";
  const auto fields = fields_of(text);
  if (fields.size() > 6 || fields.size() < 2 || (!may_crop && fields.size() != 2))
    return bad("viewport", may_crop ? kForm : "columns,rows");
  const auto columns = count(fields[0], pixel::kViewportMax), rows = count(fields[1], pixel::kViewportMax);
  if (!columns || !rows) return bad("viewport", kForm);
  pixel::Viewport out{*columns, *rows};
  double* const places[] = {&out.left, &out.top, &out.width, &out.height};
  for (size_t i = 2; i < fields.size(); ++i) {
    if (fields[i].empty()) continue;
    const auto value = decimal(fields[i]);
    if (!value) return bad("viewport", kForm);
    *places[i - 2] = *value;
  }
  return out;
}

// "center,width[,linear|linear-exact|sigmoid]" (PS3.18 8.3.5.1.4).
Result<pixel::Window> window_of(std::string_view text) {
  constexpr std::string_view kForm = "center,width,function with linear, linear-exact or sigmoid";
  const auto fields = fields_of(text);
  if (fields.size() < 2 || fields.size() > 3) return bad("window", kForm);
  const auto center = decimal(fields[0]), width = decimal(fields[1]);
  if (!center || !width) return bad("window", kForm);
  pixel::Window out{*center, *width};
  const std::string_view function = fields.size() == 3 ? fields[2] : "linear";
  if (function == "linear-exact" || function == "LINEAR_EXACT")
    out.function = pixel::VoiFunction::LinearExact;
  else if (function == "sigmoid" || function == "SIGMOID")
    out.function = pixel::VoiFunction::Sigmoid;
  else if (function != "linear" && function != "LINEAR")
    return bad("window", kForm);
  if (!pixel::is_usable(out)) return bad("window", "of a width that its function can use");
  return out;
}

Result<int> quality_of(std::string_view name, std::string_view text) {
  const auto value = count(text, 100);
  if (!value) return bad(name, "a whole number from 1 to 100");
  return static_cast<int>(*value);
}

Result<PictureForm> form_of(const Request& request) {
  for (const MediaRange& range : accepted(request)) {
    if (range.type == "image/png") return PictureForm::Png;
    if (range.type == "image/jpeg" || range.type == "image/*" || range.type == "*/*" || range.type == "*")
      return PictureForm::Jpeg;
  }
  return Error(kNotAcceptable, "pictures are offered as image/jpeg and image/png");
}

Result<PictureRequest::Region> region_of(std::string_view text) {
  constexpr std::string_view kForm = "left,top,right,bottom, each from 0 to 1";
  const auto fields = fields_of(text);
  double values[4];
  if (fields.size() != 4) return bad("region", kForm);
  for (size_t i = 0; i < 4; ++i) {
    const auto value = decimal(fields[i]);
    if (!value || *value < 0 || *value > 1) return bad("region", kForm);
    values[i] = *value;
  }
  if (values[0] >= values[2] || values[1] >= values[3]) return bad("region", kForm);
  return PictureRequest::Region{values[0], values[1], values[2], values[3]};
}

}  // namespace

std::string_view media_type_of(PictureForm form) {
  return form == PictureForm::Png ? "image/png" : "image/jpeg";
}

Result<PictureRequest> parse_picture(const Request& request) {
  PictureRequest out;
  XL_TRY(out.form, form_of(request));
  for (const http::Parameter& parameter : request.query) {
    if (parameter.name == "viewport") {
      XL_TRY(out.viewport, viewport_of(parameter.value, true));
    } else if (parameter.name == "window") {
      XL_TRY(out.window, window_of(parameter.value));
    } else if (parameter.name == "quality") {
      XL_TRY(out.quality, quality_of("quality", parameter.value));
    } else if (parameter.name == "iccprofile" && parameter.value == "no") {
      continue;
    } else if (parameter.name != "accept") {
      return Error(kBadRequest, "the parameter " + parameter.name + " is not offered for pictures");
    }
  }
  return out;
}

Result<PictureRequest> parse_thumbnail(const Request& request) {
  PictureRequest out;
  XL_TRY(out.form, form_of(request));
  out.viewport = pixel::Viewport{kThumbnailSide, kThumbnailSide};
  for (const http::Parameter& parameter : request.query) {
    if (parameter.name == "viewport") {
      XL_TRY(out.viewport, viewport_of(parameter.value, false));
    } else if (parameter.name != "accept") {
      return Error(kBadRequest, "the parameter " + parameter.name + " is not offered for thumbnails");
    }
  }
  return out;
}

Result<PictureRequest> parse_wado_uri_picture(const Request& request, PictureForm form) {
  PictureRequest out;
  out.form = form;
  const auto value = [&](std::string_view name) { return request.query_value(name).value_or(""); };
  const std::string_view center = value("windowCenter"), width = value("windowWidth");
  if (center.empty() != width.empty())
    return Error(kBadRequest, "windowCenter and windowWidth are given together or not at all");
  if (!center.empty()) {
    XL_TRY(out.window, window_of(std::string(center) + "," + std::string(width)));
  }
  if (!value("rows").empty() || !value("columns").empty()) {
    const auto side = [&](std::string_view name) {
      return value(name).empty() ? std::optional(pixel::kViewportMax)
                                 : count(value(name), pixel::kViewportMax);
    };
    const auto rows = side("rows"), columns = side("columns");
    if (!rows || !columns) return bad("rows and columns", "whole numbers from 1 to 8192");
    out.viewport = pixel::Viewport{*columns, *rows};
  }
  if (!value("region").empty()) {
    XL_TRY(out.region, region_of(value("region")));
  }
  if (!value("imageQuality").empty()) {
    XL_TRY(out.quality, quality_of("imageQuality", value("imageQuality")));
  }
  if (!value("frameNumber").empty()) {
    const auto frame = count(value("frameNumber"), UINT32_MAX);
    if (!frame) return bad("frameNumber", "a whole number from 1");
    out.frame = *frame;
  }
  return out;
}

Result<std::vector<uint8_t>> make_picture(pixel::Frame frame, const pixel::Display& display,
                                          const PictureRequest& asked) {
  pixel::RenderOptions options;
  options.window = asked.window;
  options.viewport = asked.viewport;
  if (asked.region) {
    const double columns = frame.layout.columns, rows = frame.layout.rows;
    pixel::Viewport view = asked.viewport.value_or(pixel::Viewport{});
    view.left = asked.region->left * columns;
    view.top = asked.region->top * rows;
    view.width = (asked.region->right - asked.region->left) * columns;
    view.height = (asked.region->bottom - asked.region->top) * rows;
    if (!asked.viewport) {  // as large as that part is
      const auto side = [](double pixels) {
        return static_cast<uint32_t>(std::clamp(std::ceil(pixels), 1.0, double{pixel::kViewportMax}));
      };
      view.columns = side(view.width);
      view.rows = side(view.height);
    }
    options.viewport = view;
  }
  XL_TRY(const pixel::Picture picture, pixel::render(std::move(frame), display, options));
  return asked.form == PictureForm::Png ? pixel::encode_png(picture)
                                        : pixel::encode_jpeg(picture, asked.quality);
}

}  // namespace xinglin::dicomweb
