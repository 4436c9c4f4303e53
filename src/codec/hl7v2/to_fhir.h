// HL7 v2 to FHIR R4: ADT A01 A02 A03 A04 A05 A08 A11 A13 A28 A31 A40, ORU R01 and the orders ORM O01, OMI O23
// and OMG O19 become Patient, Encounter, Observation, DiagnosticReport and ServiceRequest, after the maps of
// the HL7 "v2-to-FHIR" implementation guide. Pure functions, thread-safe.
//
// The logical id of a patient is not known here, so Patient has no id and the others no `subject`; who stores
// them sets both. All other ids are made from the sender's own numbers, so that a corrected result or a later
// visit message meets the resource it is about. What is wrong in the content goes to the IssueSink with its
// ERR-2 place; with errors in it the result is not fit to be stored.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/issue.h"
#include "base/json.h"
#include "codec/hl7v2/message.h"

namespace xinglin::hl7v2 {

struct MapOptions {
  // (namespace id, universal id, universal id type) to an identifier system URI.
  std::function<std::string(std::string_view, std::string_view, std::string_view)> system_of_authority;
  int default_offset_minutes = 0;             // for times without a zone when MSH-7 has none either
  std::string processing_ids_accepted = "P";  // of MSH-11: P production, T training, D debugging
};

struct PatientIdentifier {
  std::string system, value;
  bool operator==(const PatientIdentifier&) const = default;
};
struct MappedPatient {
  std::vector<PatientIdentifier> identifiers;  // of PID-3 (and PID-2), visit numbers left out
  // An element whose value is JSON null was sent as "" and is to be removed.
  json::object resource;
  bool update_demographics = false;  // ADT: what is sent replaces what is stored; ORU: only to create
  bool corrects = false;             // A08, A31: the data of this very person changed, however much
  std::string where;                 // "PID^1^3"
};

enum class EncounterChange { Start, Transfer, Discharge, Update, CancelStart, CancelDischarge, Mention };
struct MappedEncounter {
  std::string id;
  json::object resource;
  EncounterChange change = EncounterChange::Update;
  std::string where;  // "PV1^1^19"
};
// What is to be stored when `stored` is there already: transfers close the former location, a discharge ends
// the period, cancellations take back what they cancel, an update keeps the status.
json::object merge_encounter(const json::object& stored, const MappedEncounter& incoming);

struct MappedResource {
  std::string type, id;
  json::object resource;
  std::string where;  // "OBX^2"
};
// A later report of the same order: results of both are kept.
json::object merge_report(const json::object& stored, json::object incoming);

// A later message about the same order.
json::object merge_order(const json::object& stored, const json::object& incoming);

struct PatientGroup {
  MappedPatient patient;
  std::vector<PatientIdentifier> merged;  // A40: MRG-1
  std::string merged_where;
  std::optional<MappedEncounter> encounter;
  std::vector<MappedResource> resources;  // Observations, each DiagnosticReport after those it refers to
};
struct Mapped {
  std::string type, trigger;
  std::vector<PatientGroup> groups;  // one per PID
};

// kUnsupportedType, kUnsupportedEvent, kUnsupportedVersion, kUnsupportedProcessing: nothing was mapped.
Result<Mapped> map_to_fhir(const Message& message, const MapOptions& options, IssueSink& issues);
// `subject` (or `patient`) of a resource that belongs to this patient.
void set_subject(json::object& resource, std::string_view patient_id);

}  // namespace xinglin::hl7v2
