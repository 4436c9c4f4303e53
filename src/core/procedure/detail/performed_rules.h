// The rules of PS3.4 table F.7.2-1: what a performed procedure step must say when it is made and when it is
// ended, and what of it may be changed. Pure; private to core/procedure.
#pragma once

#include "codec/dicom/data_set.h"
#include "core/procedure/performed.h"

namespace xinglin::procedure {

namespace tags {
inline constexpr dicom::Tag kState{0x0040, 0x0252}, kModality{0x0008, 0x0060}, kScheduled{0x0040, 0x0270},
    kStudy{0x0020, 0x000D}, kSeriesSequence{0x0040, 0x0340}, kSeries{0x0020, 0x000E}, kImages{0x0008, 0x1140},
    kOthers{0x0040, 0x0220}, kClass{0x0008, 0x1150}, kInstance{0x0008, 0x1155}, kStepId{0x0040, 0x0009},
    kAccession{0x0008, 0x0050}, kEndDate{0x0040, 0x0250}, kEndTime{0x0040, 0x0251};
}

Result<void> check_new(const dicom::DataSet& attributes);
// `step` as it is after the change.
Result<void> check_changed(const dicom::DataSet& step);
// Only the attributes that N-SET may change; `all`: nothing was left out.
struct Change {
  dicom::DataSet attributes;
  bool all = true;
};
Change allowed_change(const dicom::DataSet& attributes);
Result<std::vector<PerformedInstance>> instances_of(const dicom::DataSet& step);

}  // namespace xinglin::procedure
