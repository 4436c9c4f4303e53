// Strong ids: a patient id cannot be passed where a study UID is wanted. Each is a string with a type of its
// own. Values are not checked here; the room that issues or parses an id checks its form.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <utility>

namespace xinglin {

template <class Tag>
class StrongId {
public:
  StrongId() = default;
  explicit StrongId(std::string value) : value_(std::move(value)) {}
  const std::string& str() const { return value_; }
  bool empty() const { return value_.empty(); }
  auto operator<=>(const StrongId&) const = default;

private:
  std::string value_;
};

using PatientId = StrongId<struct PatientIdTag>;                  // logical id of the FHIR Patient resource
using StudyUid = StrongId<struct StudyUidTag>;                    // DICOM (0020,000D)
using SeriesUid = StrongId<struct SeriesUidTag>;                  // DICOM (0020,000E)
using SopInstanceUid = StrongId<struct SopInstanceUidTag>;        // DICOM (0008,0018)
using SopClassUid = StrongId<struct SopClassUidTag>;              // DICOM (0008,0016)
using TransferSyntaxUid = StrongId<struct TransferSyntaxUidTag>;  // DICOM (0002,0010)
using UserId = StrongId<struct UserIdTag>;
using InferenceId = StrongId<struct InferenceIdTag>;
using ApplicationId = StrongId<struct ApplicationIdTag>;

}  // namespace xinglin

template <class Tag>
struct std::hash<xinglin::StrongId<Tag>> {
  size_t operator()(const xinglin::StrongId<Tag>& id) const { return std::hash<std::string>{}(id.str()); }
};
