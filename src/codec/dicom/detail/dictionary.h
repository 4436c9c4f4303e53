// The VR of standard elements (PS3.6), needed to read implicit VR. Private to codec/dicom.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "codec/dicom/data_set.h"

namespace xinglin::dicom::detail {

// `elements` holds six characters per element, sorted: four hexadecimal digits of the element number, then
// the VR.
struct DictionaryGroup {
  uint16_t group;
  std::string_view elements;
};
std::span<const DictionaryGroup> dictionary_groups();

// Two letters; "UN" for what the standard does not name, "LO" for private creators, "UL" for group lengths.
std::string_view vr_of(Tag tag);

}  // namespace xinglin::dicom::detail
