// Inflating a deflated data set (PS3.5 A.5: raw deflate, RFC 1951) under size and ratio limits. Private to
// codec/dicom.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "codec/dicom/data_set.h"

namespace xinglin::dicom::detail {

Result<std::vector<uint8_t>> inflate_raw(std::span<const uint8_t> bytes, const Limits& limits);

}  // namespace xinglin::dicom::detail
