// Raw deflate (RFC 1951), the compression of the deflated transfer syntaxes (PS3.5 A.5). Pure function.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace xinglin::dicom {

// Refuses more than 2 GiB in one piece.
Result<std::vector<uint8_t>> deflate(std::span<const uint8_t> bytes);

}  // namespace xinglin::dicom
