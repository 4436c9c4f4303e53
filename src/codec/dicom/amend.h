// A PS3.10 file with other attributes, made without its pixel data in memory: a new beginning, and the place
// in the file from which the rest is sent as it is. For archives that keep what came and correct what they
// give out. The change sees everything before the pixel data. Pure.
#pragma once

#include <functional>

#include "codec/dicom/data_set.h"

namespace xinglin::dicom {

struct Amended {
  std::vector<uint8_t> head;
  uint64_t rest_offset = 0;  // of the file; its size when all is in `head`
};
// In the transfer syntax of the file. A deflated file is inflated and deflated as a whole.
Result<Amended> amend_file(std::span<const uint8_t> file, const std::function<void(DataSet&)>& change);

}  // namespace xinglin::dicom
