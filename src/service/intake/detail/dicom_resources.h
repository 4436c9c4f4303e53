// FHIR resources made from DICOM attributes. Pure; private to service/intake.
#pragma once

#include <map>
#include <vector>

#include "base/json.h"
#include "core/archive/archive.h"
#include "core/identity/identity.h"

namespace xinglin::intake {

// A FHIR Patient without id, and the identifier it is known by.
json::object patient_from(const archive::PatientAttributes& attributes);
// And back: what images of this Patient say. Without a number that images could carry, `id` is empty.
archive::PatientAttributes attributes_of(const json::object& patient);
identity::Identifier identifier_of(const archive::PatientAttributes& attributes);

using InstancesOfSeries = std::map<SeriesUid, std::vector<archive::InstanceInfo>>;
json::object imaging_study(const archive::StudyInfo& study, const InstancesOfSeries& instances,
                           int default_offset_minutes);

}  // namespace xinglin::intake
