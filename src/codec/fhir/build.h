// Small makers of FHIR R4 data types as JSON, so that rooms which publish resources do not spell them out.
// Pure functions; an empty text argument leaves the element out. FHIR R4 2.24 (data types).
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/time.h"

namespace xinglin::fhir {

inline constexpr std::string_view kLoinc = "http://loinc.org";
inline constexpr std::string_view kUcum = "http://unitsofmeasure.org";
inline constexpr std::string_view kSnomed = "http://snomed.info/sct";
inline constexpr std::string_view kDicomOntology = "http://dicom.nema.org/resources/ontology/DCM";
inline constexpr std::string_view kUriIdentifierSystem = "urn:ietf:rfc:3986";  // for OIDs and DICOM UIDs
inline constexpr std::string_view kObservationCategory =
    "http://terminology.hl7.org/CodeSystem/observation-category";
inline constexpr std::string_view kInterpretation =
    "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";
inline constexpr std::string_view kActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
inline constexpr std::string_view kIdentifierType = "http://terminology.hl7.org/CodeSystem/v2-0203";
inline constexpr std::string_view kDiagnosticService = "http://terminology.hl7.org/CodeSystem/v2-0074";

json::object coding(std::string_view system, std::string_view code, std::string_view display = {});
// CodeableConcept with one coding; `text` defaults to the display.
json::object concept_of(std::string_view system, std::string_view code, std::string_view display = {},
                        std::string_view text = {});
json::object concept_of(std::initializer_list<json::object> codings, std::string_view text = {});
json::object concept_text(std::string_view text);
// Quantity in UCUM: `unit` is what people read, `code` the UCUM code.
json::object quantity(double value, std::string_view unit, std::string_view code);
json::object quantity(double value, std::string_view unit, std::string_view system, std::string_view code);
json::object reference(std::string_view type, std::string_view id, std::string_view display = {});
json::object reference_to(std::string_view type_slash_id, std::string_view display = {});
// A logical reference, for things that are not resources here (a practitioner known by a number).
json::object reference_by_identifier(std::string_view type, json::object identifier,
                                     std::string_view display = {});
json::object identifier(std::string_view system, std::string_view value, std::string_view use = {});
json::object human_name(std::string_view family, std::initializer_list<std::string_view> given,
                        std::string_view text = {}, std::string_view use = {});
json::object period(std::string_view start, std::string_view end = {});
json::object annotation(std::string_view text, Instant time);
// A new resource with its resourceType set.
json::object resource(std::string_view type);
// Adds `value` to the array `key`, making the array when it is not there.
void append(json::object& object, std::string_view key, json::value value);

}  // namespace xinglin::fhir
