// Lookup tables as elements hold them: descriptor and data of modality, VOI and palette tables (PS3.3
// C.11.1.1, C.7.6.3.1.5, C.7.6.3.1.6), and segmented palettes (C.7.9.2). Private to codec/pixel.
#pragma once

#include "codec/pixel/display.h"

namespace xinglin::pixel::detail {

struct LutTags {
  dicom::Tag descriptor, data, segmented;  // `segmented` of group 0: there is no such form
};
Result<Lut> read_lut(const dicom::DataSet& data_set, const LutTags& tags, bool signed_input);

}  // namespace xinglin::pixel::detail
