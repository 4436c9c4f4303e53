// Any bytes as a data set with pixels: its layout, frames, display attributes and pictures are made or
// refused. The first byte picks the transfer syntax.
#include <cstdlib>
#include <span>

#include "codec/pixel/decode.h"
#include "codec/pixel/render.h"

namespace xinglin::pixel {
namespace {

constexpr const char* kSyntaxes[] = {"1.2.840.10008.1.2.1",    "1.2.840.10008.1.2",
                                     "1.2.840.10008.1.2.5",    "1.2.840.10008.1.2.4.50",
                                     "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.90"};
constexpr size_t kFramesTried = 3;

void show(const Frame& frame, const Display& display) {
  const auto picture = render(frame, display);
  if (!picture.ok()) return;
  if (picture->bytes.size() != size_t{picture->columns} * picture->rows * picture->samples) std::abort();
  RenderOptions options;
  options.viewport = Viewport{16, 16, 0, 0, 0, 0};
  const auto small = render(frame, display, options);
  if (!small.ok() || small->columns > 16 || small->rows > 16 || !encode_png(*small).ok()) std::abort();
}

}  // namespace

int try_object(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const TransferSyntaxUid syntax(kSyntaxes[data[0] % std::size(kSyntaxes)]);
  dicom::Limits reading;
  reading.inflated_bytes_max = 1U << 20;
  const auto object = dicom::parse_data_set(std::span(data + 1, size - 1), syntax, reading);
  if (!object.ok()) return 0;
  Limits limits;
  limits.frame_bytes_max = 1U << 18;
  const auto decoder = Decoder::open(*object, syntax, limits);
  if (!decoder.ok()) return 0;
  for (size_t i = 0; i < decoder->layout().frames && i < kFramesTried; ++i) {
    const auto display = read_display(*object, decoder->layout(), i);
    const auto frame = decoder->frame(i);
    if (display.ok() && frame.ok()) show(*frame, *display);
  }
  return 0;
}

}  // namespace xinglin::pixel

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return xinglin::pixel::try_object(data, size);
}
