// The attributes that a search may name by keyword; any attribute may be named by its tag (PS3.18 8.3.1,
// PS3.6). Private to edge/dicomweb.
#pragma once

#include <optional>
#include <string_view>

#include "codec/dicom/data_set.h"

namespace xinglin::dicomweb {

// "PatientID" or "00100020".
std::optional<dicom::Tag> tag_of(std::string_view text);
bool is_uid_attribute(dicom::Tag tag);

}  // namespace xinglin::dicomweb
