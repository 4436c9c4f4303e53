// An imaging order as a ServiceRequest: what DICOM's requested procedure and scheduled procedure step say has
// its place in the resource here, once, for who writes it (HL7 v2 orders) and who reads it (the modality
// worklist). One resource is one scheduled step. FHIR R4 knows no element for some of it: the numbers are
// identifiers, the modality is an order detail of the DICOM ontology, the station a performer of type Device.
// Pure functions.
#pragma once

#include <string>

#include "base/json.h"

namespace xinglin::fhir {

inline constexpr std::string_view kDicomOntology = "http://dicom.nema.org/resources/ontology/DCM",
                                  kDicomUidSystem = "urn:dicom:uid",
                                  kRequestedProcedureSystem = "urn:xinglin:requested-procedure-id",
                                  kScheduledStepSystem = "urn:xinglin:scheduled-procedure-step-id",
                                  kAeTitleSystem = "urn:xinglin:ae-title",
                                  kIdentifierTypeSystem = "http://terminology.hl7.org/CodeSystem/v2-0203";

struct ImagingOrder {
  std::string accession_number;        // identifier of type ACSN
  std::string placer_number;           // PLAC
  std::string filler_number;           // FILL
  std::string requested_procedure_id;  // kRequestedProcedureSystem
  std::string step_id;                 // kScheduledStepSystem
  std::string study_instance_uid;      // kDicomUidSystem, as urn:oid:
  std::string modality;                // orderDetail in kDicomOntology
  std::string step_description;        // orderDetail.text
  std::string station_ae_title;        // performer.identifier in kAeTitleSystem
  std::string station_name;            // performer.display
  std::string start;                   // occurrenceDateTime or occurrencePeriod.start
};

ImagingOrder read_imaging_order(const json::object& service_request);
// Adds what the order says to a ServiceRequest; what is empty leaves no trace.
void write_imaging_order(json::object& service_request, const ImagingOrder& order);

}  // namespace xinglin::fhir
