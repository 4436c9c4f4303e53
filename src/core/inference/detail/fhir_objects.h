// What an application said, as FHIR R4 resources: preliminary Observations, DiagnosticReport, RiskAssessment
// and the Task that asks somebody to act. Each carries the label AIAST, the inference id as identifier, and
// the extension "inference" (application, version, digests of input, manifest and model); where FHIR has a
// place for a device, the application is there as a contained Device. FHIR R4 Observation, DiagnosticReport,
// RiskAssessment, Task. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "core/inference/catalog.h"
#include "core/inference/detail/case_builder.h"
#include "core/inference/detail/row.h"

namespace xinglin::inference::detail {

inline constexpr std::string_view kInferenceSystem = "https://xinglin.example/fhir/inference";
inline constexpr std::string_view kInferenceExtension =
    "https://xinglin.example/fhir/StructureDefinition/inference";
inline constexpr std::string_view kConfidenceExtension =
    "https://xinglin.example/fhir/StructureDefinition/confidence";

// The objects asked for by the manifest, ready to be created; `row.references` says their ids
// (fill_references).
std::vector<json::object> make_resources(const CatalogEntry& entry, const Assembled& assembled,
                                         const Row& row);
// Gives every object that will be made its id, derived from the inference id.
References fill_references(const Manifest& manifest, const Findings& findings, const InferenceId& id);
// value[x], dataAbsentReason and unit of one finding, put into an Observation or a component; used again by
// feedback.
void put_value(json::object& target, const Finding& finding);
// `text` with its Chinese translation: the element and its "_" sibling (extension "translation").
void put_translated(json::object& target, std::string_view element, std::string_view en, std::string_view zh);

}  // namespace xinglin::inference::detail
