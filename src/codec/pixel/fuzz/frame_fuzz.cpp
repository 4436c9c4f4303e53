// Any bytes as a compressed frame of a small picture, or as fragments: the decoders answer or refuse; a frame
// that decodes has the size its attributes say, and lossless coding gives it back.
#include <cstdlib>
#include <span>

#include "codec/pixel/decode.h"
#include "codec/pixel/transcode.h"

namespace xinglin::pixel {
namespace {

constexpr Coding kCodings[] = {Coding::Deflated, Coding::Rle, Coding::Jpeg, Coding::JpegLs, Coding::Jpeg2000};

// Bits 0-2 the coding, 3 two bytes per sample, 4 colour, 5 sign, 6 one bit, 7 fragments around it.
Layout layout_for(uint8_t choice) {
  Layout out;
  out.columns = 20;
  out.rows = 12;
  if (choice & 8) out.bits_allocated = out.bits_stored = 16;
  if ((choice & 0x48) == 0x48) out.bits_stored = 12;
  if ((choice & 0x48) == 0x40) out.bits_allocated = out.bits_stored = 1;
  if ((choice & 0x10) && out.bits_allocated != 1) {
    out.samples = 3;
    out.photometric = Photometric::Rgb;
  }
  out.high_bit = out.bits_stored - 1;
  out.is_signed = (choice & 0x20) != 0;
  return out;
}

void check(const Layout& layout, const Result<Frame>& frame) {
  if (!frame.ok()) return;
  if (frame->bytes.size() != layout.decoded_bytes()) std::abort();
  const Syntax syntax{"", Coding::Rle, false};
  const auto coded = encode_frame(*frame, TransferSyntaxUid("1.2.840.10008.1.2.5"));
  if (!coded.ok()) std::abort();
  Layout same = frame->layout;
  const auto again = decode_compressed(same, syntax, *coded);
  if (!again.ok() || again->bytes != frame->bytes) std::abort();
}

}  // namespace

int try_bytes(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  Layout layout = layout_for(data[0]);
  const Syntax syntax{"", kCodings[(data[0] & 7) % 5], true};
  const std::span<const uint8_t> rest(data + 1, size - 1);
  if ((data[0] & 0x80) == 0) {
    check(layout, decode_compressed(layout, syntax, rest));
    return 0;
  }
  layout.frames = rest[0] % 4 + 1u;
  const PixelData pixels{rest.subspan(1), true, {}, {}};
  const auto index = FrameIndex::build(pixels, layout);
  for (size_t i = 0; index.ok() && i < layout.frames; ++i) {
    const auto bytes = index->bytes(pixels.value, i);
    if (!bytes.ok()) std::abort();
    check(layout, decode_compressed(layout, syntax, bytes->view));
  }
  return 0;
}

}  // namespace xinglin::pixel

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return xinglin::pixel::try_bytes(data, size);
}
