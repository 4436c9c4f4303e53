// Any bytes given to the reader: it answers or refuses; what it accepts it can write and read again.
#include <cstdlib>
#include <span>

#include "codec/dicom/data_set.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace xinglin;
  if (size == 0) return 0;
  const std::span<const uint8_t> rest(data + 1, size - 1);
  dicom::Limits limits;
  limits.inflated_bytes_max = 4u << 20;
  limits.stop_at_pixel_data = data[0] & 0x80;
  constexpr const char* kSyntaxes[] = {"1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2",
                                       "1.2.840.10008.1.2.1.99"};
  if ((data[0] & 7) < 4) {
    const auto in = dicom::parse_data_set(rest, TransferSyntaxUid(kSyntaxes[data[0] & 3]), limits);
    if (!in) return 0;
    const bool undecodable = in->has_undecodable_text();
    static_cast<void>(undecodable);
    for (const auto& [tag, element] : in->elements()) {
      static_cast<void>(in->texts(tag));
      static_cast<void>(in->number(tag));
    }
    const auto written = dicom::write_data_set(*in);
    if (!dicom::parse_data_set(written, TransferSyntaxUid(kSyntaxes[1]))) std::abort();
  } else {
    static_cast<void>(dicom::parse_file(rest, limits));
  }
  return 0;
}
