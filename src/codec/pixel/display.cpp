#include "codec/pixel/display.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "codec/pixel/detail/lut.h"

namespace xinglin::pixel {

namespace {

using dicom::DataSet;
using dicom::Tag;

constexpr Tag kSharedGroups{0x5200, 0x9229}, kFrameGroups{0x5200, 0x9230};
constexpr Tag kValueTransformation{0x0028, 0x9145}, kFrameVoi{0x0028, 0x9132}, kPixelMeasures{0x0028, 0x9110};
constexpr Tag kModalitySequence{0x0028, 0x3000}, kVoiSequence{0x0028, 0x3010};
constexpr Tag kIntercept{0x0028, 0x1052}, kSlope{0x0028, 0x1053};
constexpr Tag kCenter{0x0028, 0x1050}, kWidth{0x0028, 0x1051}, kFunction{0x0028, 0x1056};
constexpr Tag kPadding{0x0028, 0x0120}, kPaddingLimit{0x0028, 0x0121};
constexpr Tag kShape{0x2050, 0x0020}, kAspectRatio{0x0028, 0x0034}, kIntensity{0x0028, 0x1040};
constexpr Tag kSpacing[] = {{0x0028, 0x0030}, {0x0018, 0x1164}, {0x0018, 0x2010}};
constexpr detail::LutTags kLut{{0x0028, 0x3002}, {0x0028, 0x3006}, {}};
constexpr detail::LutTags kPalette[] = {{{0x0028, 0x1101}, {0x0028, 0x1201}, {0x0028, 0x1221}},
                                        {{0x0028, 0x1102}, {0x0028, 0x1202}, {0x0028, 0x1222}},
                                        {{0x0028, 0x1103}, {0x0028, 0x1203}, {0x0028, 0x1223}}};
constexpr size_t kWindowsMax = 64;
constexpr double kAspectMax = 50;

// The functional group of the frame, then that of all frames, then the data set itself.
const DataSet& group_of(const DataSet& header, Tag group, size_t frame) {
  const auto in = [&](std::span<const DataSet> items, size_t index) -> const DataSet* {
    if (index >= items.size()) return nullptr;
    const auto found = items[index].items(group);
    return found.empty() ? nullptr : &found.front();
  };
  if (const auto* own = in(header.items(kFrameGroups), frame)) return *own;
  if (const auto* shared = in(header.items(kSharedGroups), 0)) return *shared;
  return header;
}

// XA and XRF objects name a table back to X-ray intensity: it is not for display (PS3.3 C.8.7.1.1.2).
bool is_for_intensity(const DataSet& header) {
  const std::string sop_class = header.text({0x0008, 0x0016}), relation = header.text(kIntensity);
  return (sop_class == "1.2.840.10008.5.1.4.1.1.12.1" || sop_class == "1.2.840.10008.5.1.4.1.1.12.2") &&
         (relation == "LOG" || relation == "DISP");
}

Result<void> read_modality(Display& out, const DataSet& header, const DataSet& group, const Layout& layout) {
  if (is_for_intensity(header)) return {};
  const auto tables = header.items(kModalitySequence);
  if (!tables.empty()) {
    XL_TRY(out.modality, detail::read_lut(tables.front(), kLut, layout.is_signed));
    return {};
  }
  const double slope = group.number(kSlope).value_or(1), intercept = group.number(kIntercept).value_or(0);
  if (!std::isfinite(slope) || !std::isfinite(intercept) || slope == 0)
    return Error(kBadDisplay, "the rescale slope or intercept cannot be applied");
  out.slope = slope;
  out.intercept = intercept;
  return {};
}

void read_windows(Display& out, const DataSet& group) {
  const std::string name = group.text(kFunction);
  const VoiFunction function = name == "SIGMOID"        ? VoiFunction::Sigmoid
                               : name == "LINEAR_EXACT" ? VoiFunction::LinearExact
                                                        : VoiFunction::Linear;
  for (size_t i = 0; i < kWindowsMax; ++i) {
    const auto center = group.number(kCenter, i), width = group.number(kWidth, i);
    if (!center || !width) return;
    const Window window{*center, *width, function};
    if (is_usable(window)) out.windows.push_back(window);
  }
}

// The output of the modality transformation has a sign when values can be below zero.
Result<void> read_voi(Display& out, const DataSet& group, const Layout& layout) {
  const bool is_signed = !out.modality && (layout.is_signed || out.intercept < 0 || out.slope < 0);
  for (const DataSet& item : group.items(kVoiSequence)) {
    XL_TRY(Lut lut, detail::read_lut(item, kLut, is_signed));
    out.voi.push_back(std::move(lut));
  }
  return {};
}

Result<void> read_palette(Display& out, const DataSet& header, const Layout& layout) {
  if (layout.photometric != Photometric::PaletteColor) return {};
  out.palette.emplace();
  for (size_t i = 0; i < 3; ++i) {
    XL_TRY((*out.palette)[i], detail::read_lut(header, kPalette[i], layout.is_signed));
  }
  return {};
}

// Written as US or SS, whatever the pixels are.
std::optional<int64_t> stored_value(const DataSet& header, Tag tag, const Layout& layout) {
  const auto value = header.integer(tag);
  if (!value) return std::nullopt;
  const auto bits = static_cast<uint16_t>(*value);
  return layout.is_signed ? static_cast<int16_t>(bits) : int64_t{bits};
}

std::optional<Padding> read_padding(const DataSet& header, const Layout& layout) {
  const auto value = stored_value(header, kPadding, layout);
  if (!value || layout.samples != 1 || layout.photometric == Photometric::PaletteColor) return std::nullopt;
  const auto limit = stored_value(header, kPaddingLimit, layout).value_or(*value);
  return Padding{std::min(*value, limit), std::max(*value, limit)};
}

double read_aspect(const DataSet& header, const DataSet& measures) {
  const auto ratio = [](const DataSet& from, Tag tag) {
    const double height = from.number(tag, 0).value_or(0), width = from.number(tag, 1).value_or(0);
    const double out = width > 0 ? height / width : 0;
    return out >= 1 / kAspectMax && out <= kAspectMax ? out : 0.0;
  };
  if (const double out = ratio(measures, kSpacing[0]); out > 0) return out;
  for (const Tag tag : kSpacing)
    if (const double out = ratio(header, tag); out > 0) return out;
  const double out = ratio(header, kAspectRatio);
  return out > 0 ? out : 1;
}

}  // namespace

bool is_usable(const Window& window) {
  const double least = window.function == VoiFunction::Linear ? 1.0 : 1e-9;
  return std::isfinite(window.center) && std::isfinite(window.width) && window.width >= least;
}

double apply(const Window& window, double value) {
  const double c = window.center, w = window.width;
  switch (window.function) {
    case VoiFunction::Linear:
      if (value <= c - 0.5 - (w - 1) / 2) return 0;
      if (value > c - 0.5 + (w - 1) / 2) return 1;
      return (value - (c - 0.5)) / (w - 1) + 0.5;
    case VoiFunction::LinearExact:
      if (value <= c - w / 2) return 0;
      if (value > c + w / 2) return 1;
      return (value - c) / w + 0.5;
    case VoiFunction::Sigmoid:
      return 1 / (1 + std::exp(-4 * (value - c) / w));
  }
  return 0;
}

Result<Display> read_display(const DataSet& header, const Layout& layout, size_t frame) {
  Display out;
  XL_CHECK(read_palette(out, header, layout));
  out.aspect = read_aspect(header, group_of(header, kPixelMeasures, frame));
  out.padding = read_padding(header, layout);
  if (layout.samples != 1 || out.palette) return out;
  XL_CHECK(read_modality(out, header, group_of(header, kValueTransformation, frame), layout));
  const DataSet& voi = group_of(header, kFrameVoi, frame);
  read_windows(out, voi);
  XL_CHECK(read_voi(out, voi, layout));
  const std::string shape = header.text(kShape);
  out.inverse = shape.empty() ? layout.photometric == Photometric::Monochrome1 : shape == "INVERSE";
  return out;
}

}  // namespace xinglin::pixel
