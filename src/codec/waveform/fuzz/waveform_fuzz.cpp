// The first byte says whether the rest is a whole file or a bare explicit little endian data set.
#include <cmath>

#include "base/result.h"
#include "codec/waveform/dicom_waveform.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace xinglin;
  if (size == 0) return 0;
  const std::span<const uint8_t> bytes(data + 1, size - 1);
  dicom::DataSet data_set;
  if (data[0] % 2 == 0) {
    auto file = dicom::parse_file(bytes);
    if (!file.ok()) return 0;
    data_set = std::move(file->data_set);
  } else {
    auto parsed = dicom::parse_data_set(bytes, TransferSyntaxUid("1.2.840.10008.1.2.1"));
    if (!parsed.ok()) return 0;
    data_set = std::move(*parsed);
  }
  const auto recording = waveform::from_data_set(data_set);
  if (!recording.ok()) return 0;
  for (const waveform::Group& group : recording->groups)
    for (const waveform::Channel& channel : group.channels)
      XL_ASSERT(channel.samples.size() == group.samples());
  dicom::DataSet again;
  waveform::add_ecg(again, *recording);
  XL_ASSERT(again.items({0x5400, 0x0100}).size() == recording->groups.size());
  return 0;
}
