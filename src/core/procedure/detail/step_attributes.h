// A ServiceRequest and its Patient as the attributes of the modality worklist (PS3.4 table K.6-1). Pure;
// private to core/procedure.
#pragma once

#include "base/json.h"
#include "codec/dicom/data_set.h"
#include "codec/fhir/imaging_order.h"

namespace xinglin::procedure {

// What the order leaves open gets a value made from the id of the request, the same each time.
fhir::ImagingOrder complete_order(const json::object& service_request);
dicom::DataSet step_attributes(const json::object& service_request, const json::object& patient,
                               const fhir::ImagingOrder& order);
std::string dicom_date_time(std::string_view fhir);  // YYYYMMDDHHMMSS as far as it is said
std::string dicom_name(const json::object& patient);
struct DicomPatientId {
  std::string id, issuer;
};
DicomPatientId dicom_patient_id(const json::object& patient);

}  // namespace xinglin::procedure
