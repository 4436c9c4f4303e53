// Whole objects from one transfer syntax to another without loss: pixel data is decoded frame by frame and
// coded again, and the attributes that describe its form follow (PS3.5 8.2, PS3.3 C.7.6.3 and C.7.6.1.1.5).
// Between uncompressed syntaxes pixels are not touched. A lossy source stays marked as lossy; nothing here
// adds loss, so the object keeps its SOP Instance UID. Blocking; memory is that of the whole object.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/strong_id.h"
#include "codec/pixel/decode.h"

namespace xinglin::pixel {

// Implicit and explicit VR little endian, big endian, deflated, deflated frames, RLE, JPEG-LS lossless, JPEG
// 2000 lossless, HTJ2K lossless.
std::span<const std::string_view> encodable_syntaxes();
bool can_encode(const TransferSyntaxUid& syntax);

// The data set as `to` needs it, for dicom::write_file(data_set, to).
Result<dicom::DataSet> transcode(dicom::DataSet data_set, const TransferSyntaxUid& from,
                                 const TransferSyntaxUid& to, const Limits& limits = {});
// A whole file. The data set is read under the limits of codec/dicom.
Result<std::vector<uint8_t>> transcode_file(std::span<const uint8_t> file, const TransferSyntaxUid& to,
                                            const Limits& limits = {}, const dicom::Limits& reading = {});
// One frame as a fragment of `to`, padded to even length; native bytes for an uncompressed syntax.
Result<std::vector<uint8_t>> encode_frame(const Frame& frame, const TransferSyntaxUid& to);

}  // namespace xinglin::pixel
