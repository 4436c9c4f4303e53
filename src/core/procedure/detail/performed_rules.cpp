#include "core/procedure/detail/performed_rules.h"

#include <algorithm>
#include <set>

namespace xinglin::procedure {

namespace {

using dicom::DataSet;
using dicom::Tag;

// Type 1 when the step is made.
constexpr Tag kMandatory[] = {{0x0040, 0x0253}, {0x0040, 0x0241}, {0x0040, 0x0244},
                              {0x0040, 0x0245}, tags::kState,     tags::kModality};
// "Not allowed" for N-SET: who, what for, where and when it began.
constexpr Tag kFixed[] = {{0x0010, 0x0010}, {0x0010, 0x0020}, {0x0010, 0x0021}, {0x0010, 0x0030},
                          {0x0010, 0x0040}, {0x0008, 0x1120}, tags::kScheduled, tags::kModality,
                          {0x0020, 0x0010}, {0x0040, 0x0253}, {0x0040, 0x0241}, {0x0040, 0x0242},
                          {0x0040, 0x0243}, {0x0040, 0x0244}, {0x0040, 0x0245}};

Result<void> need(const DataSet& data_set, Tag tag) {
  if (data_set.find(tag) == nullptr) return Error(kMissingAttribute, tag.str() + " is missing");
  if (data_set.text(tag).empty()) return Error(kMissingValue, tag.str() + " has no value");
  return {};
}

Result<void> check_references(const DataSet& series) {
  for (const Tag list : {tags::kImages, tags::kOthers})
    for (const DataSet& item : series.items(list))
      if (!dicom::is_valid_uid(item.text(tags::kClass)) || !dicom::is_valid_uid(item.text(tags::kInstance)))
        return Error(kBadValue, list.str() + " names no class and instance");
  return {};
}

}  // namespace

Result<void> check_new(const DataSet& attributes) {
  for (const Tag tag : kMandatory) XL_CHECK(need(attributes, tag));
  if (attributes.text(tags::kState) != kInProgress)
    return Error(kBadValue, "(0040,0252) of a new step is not IN PROGRESS");
  if (attributes.items(tags::kScheduled).empty()) return Error(kMissingAttribute, "(0040,0270) has no item");
  for (const DataSet& item : attributes.items(tags::kScheduled)) {
    XL_CHECK(need(item, tags::kStudy));
    if (!dicom::is_valid_uid(item.text(tags::kStudy))) return Error(kBadValue, "(0020,000D) is not a UID");
  }
  return {};
}

Result<void> check_changed(const DataSet& step) {
  const std::string state = step.text(tags::kState);
  if (state != kInProgress && state != kCompleted && state != kDiscontinued)
    return Error(kBadValue, "(0040,0252) is not IN PROGRESS, COMPLETED or DISCONTINUED");
  for (const DataSet& series : step.items(tags::kSeriesSequence)) {
    XL_CHECK(need(series, tags::kSeries));
    XL_CHECK(check_references(series));
  }
  if (state == kInProgress) return {};
  XL_CHECK(need(step, tags::kEndDate));
  XL_CHECK(need(step, tags::kEndTime));
  if (state == kCompleted && step.items(tags::kSeriesSequence).empty())
    return Error(kMissingAttribute, "(0040,0340) has no item");
  return {};
}

Change allowed_change(const DataSet& attributes) {
  Change out{attributes, true};
  for (const Tag tag : kFixed) {
    if (out.attributes.find(tag) == nullptr) continue;
    out.attributes.erase(tag);
    out.all = false;
  }
  return out;
}

Result<std::vector<PerformedInstance>> instances_of(const DataSet& step) {
  std::vector<PerformedInstance> out;
  std::set<std::string> seen;
  for (const DataSet& series : step.items(tags::kSeriesSequence))
    for (const Tag list : {tags::kImages, tags::kOthers})
      for (const DataSet& item : series.items(list)) {
        if (!seen.insert(item.text(tags::kInstance)).second) continue;
        if (out.size() >= Performed::kInstancesMax) return Error(kBadValue, "too many instances in one step");
        out.push_back({SopInstanceUid(item.text(tags::kInstance)), SopClassUid(item.text(tags::kClass)),
                       SeriesUid(series.text(tags::kSeries))});
      }
  return out;
}

}  // namespace xinglin::procedure
