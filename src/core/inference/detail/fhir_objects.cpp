#include "core/inference/detail/fhir_objects.h"

#include <utility>

#include "codec/fhir/build.h"
#include "core/inference/detail/derived_ids.h"

namespace xinglin::inference::detail {
namespace {

constexpr std::string_view kDicomUid = "urn:dicom:uid";

json::object concept_from(const Code& code) {
  return fhir::concept_of(code.system, code.code, code.display);
}

json::object string_extension(std::string_view url, std::string_view value) {
  return {{"url", url}, {"valueString", value}};
}

struct Maker {
  const CatalogEntry& entry;
  const Assembled& assembled;
  const Row& row;

  // id, label, identifier and provenance; `suffix` keeps identifiers of one run apart.
  json::object base(std::string_view type, std::string_view reference, std::string_view suffix = {}) const {
    json::object o = fhir::resource(type);
    o["id"] = reference.substr(reference.find('/') + 1);
    o["meta"] = {
        {"security", json::array{fhir::coding("http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
                                              "AIAST", "Artificial Intelligence asserted")}}};
    json::array parts = {
        string_extension("id", row.id.str()), string_extension("application", row.application),
        string_extension("version", row.version), string_extension("inputDigest", row.input_digest),
        string_extension("manifestDigest", row.manifest_digest)};
    if (!row.model_digest.empty()) parts.push_back(string_extension("modelDigest", row.model_digest));
    o["extension"] = json::array{{{"url", kInferenceExtension}, {"extension", std::move(parts)}}};
    o["identifier"] = json::array{fhir::identifier(kInferenceSystem, row.id.str() + std::string(suffix))};
    return o;
  }

  void add_device(json::object& o, std::string_view element) const {
    json::object device = fhir::resource("Device");
    device["id"] = "application";
    device["identifier"] =
        json::array{fhir::identifier("https://xinglin.example/fhir/application", row.application)};
    device["status"] = "active";
    device["deviceName"] = json::array{{{"name", entry.manifest.name.en}, {"type", "user-friendly-name"}}};
    device["version"] = json::array{{{"value", row.version}}};
    o["contained"] = json::array{std::move(device)};
    o[element] = {{"reference", "#application"}};
  }

  void add_subject(json::object& o, std::string_view element = "subject") const {
    o[element] = fhir::reference("Patient", row.patient);
    if (!assembled.encounter.empty()) o["encounter"] = fhir::reference_to(assembled.encounter);
  }

  // What it was computed from, as references.
  json::array sources() const {
    json::array out;
    for (const InputRef& input : row.inputs) {
      if (input.reference.starts_with("sop:"))
        out.push_back(
            json::value({{"identifier", fhir::identifier(kDicomUid, "urn:oid:" + input.reference.substr(4))},
                         {"display", input.label}}));
      else
        out.push_back(json::value(fhir::reference_to(input.reference)));
    }
    return out;
  }

  json::object observation(const Finding& finding, size_t index) const {
    json::object o = base("Observation", row.references.observations[index], "/" + std::to_string(index + 1));
    o["status"] = "preliminary";
    o["category"] = json::array{fhir::concept_of(fhir::kObservationCategory, entry.manifest.category)};
    o["code"] = concept_from(finding.code);
    add_subject(o);
    o["effectiveDateTime"] = format_rfc3339(row.effective);
    o["issued"] = format_rfc3339(row.created);
    put_value(o, finding);
    if (!finding.method.empty()) o["method"] = fhir::concept_text(finding.method);
    add_device(o, "device");
    if (json::array from = sources(); !from.empty()) o["derivedFrom"] = std::move(from);
    if (finding.confidence)
      fhir::append(o, "extension", {{"url", kConfidenceExtension}, {"valueDecimal", *finding.confidence}});
    for (const Finding& part : finding.components) {
      json::object component = {{"code", concept_from(part.code)}};
      put_value(component, part);
      fhir::append(o, "component", std::move(component));
    }
    return o;
  }

  json::object report() const {
    json::object o = base("DiagnosticReport", row.references.diagnostic_report);
    o["status"] = "preliminary";
    o["code"] = concept_from(*entry.manifest.report_code);
    add_subject(o);
    o["effectiveDateTime"] = format_rfc3339(row.effective);
    o["issued"] = format_rfc3339(row.created);
    for (const std::string& reference : row.references.observations)
      fhir::append(o, "result", fhir::reference_to(reference));
    if (assembled.evidence) {
      const Evidence& e = *assembled.evidence;
      const auto by_uid = [](std::string_view type, const std::string& uid) {
        return fhir::reference_by_identifier(type, fhir::identifier(kDicomUid, "urn:oid:" + uid));
      };
      o["imagingStudy"] = json::array{by_uid("ImagingStudy", e.study.str())};
      o["media"] = json::array{{{"link", by_uid("Media", e.sop_instance.str())}}};
    }
    if (!row.references.sr.empty())
      fhir::append(o, "identifier", fhir::identifier(kDicomUid, "urn:oid:" + row.references.sr));
    put_translated(o, "conclusion", row.findings.summary_en, row.findings.summary_zh);
    return o;
  }

  json::object risk() const {
    const Risk& r = *row.findings.risk;
    json::object o = base("RiskAssessment", row.references.risk_assessment);
    o["status"] = "preliminary";
    o["code"] = fhir::concept_text(entry.manifest.name.en);
    add_subject(o);
    o["occurrenceDateTime"] = format_rfc3339(row.effective);
    add_device(o, "performer");
    json::array basis;
    for (const std::string& reference : row.references.observations)
      basis.push_back(json::value(fhir::reference_to(reference)));
    for (json::value& source : sources()) basis.push_back(std::move(source));
    o["basis"] = std::move(basis);
    json::object prediction = {{"outcome", concept_from(r.outcome)},
                               {"qualitativeRisk", concept_from(r.qualitative)}};
    put_translated(prediction, "rationale", r.rationale_en, r.rationale_zh);
    o["prediction"] = json::array{std::move(prediction)};
    if (row.findings.escalation)
      put_translated(o, "mitigation", row.findings.escalation->text_en, row.findings.escalation->text_zh);
    return o;
  }

  json::object task() const {
    const Escalation& e = *row.findings.escalation;
    const References& r = row.references;
    json::object o = base("Task", r.task);
    o["status"] = "requested";
    o["intent"] = "order";
    o["priority"] = e.priority;
    o["code"] = fhir::concept_text(entry.manifest.name.en);
    put_translated(o, "description", e.text_en, e.text_zh);
    const std::string focus = !r.risk_assessment.empty()     ? r.risk_assessment
                              : !r.diagnostic_report.empty() ? r.diagnostic_report
                              : r.observations.empty()       ? std::string()
                                                             : r.observations.front();
    if (!focus.empty()) o["focus"] = fhir::reference_to(focus);
    add_subject(o, "for");
    o["authoredOn"] = format_rfc3339(row.created);
    o["lastModified"] = format_rfc3339(row.created);
    add_device(o, "requester");
    const std::string& ward = e.ward.empty() ? assembled.input.ward : e.ward;
    if (!ward.empty()) o["owner"] = {{"display", ward}};
    if (e.due_us > 0) o["restriction"] = {{"period", {{"end", format_rfc3339(row.created + e.due_us)}}}};
    return o;
  }
};

}  // namespace

void put_translated(json::object& target, std::string_view element, std::string_view en,
                    std::string_view zh) {
  if (en.empty()) return;
  target[element] = en;
  if (zh.empty()) return;
  json::object translation = {{"url", "http://hl7.org/fhir/StructureDefinition/translation"},
                              {"extension", json::array{{{"url", "lang"}, {"valueCode", "zh-CN"}},
                                                        {{"url", "content"}, {"valueString", zh}}}}};
  target["_" + std::string(element)] = {{"extension", json::array{std::move(translation)}}};
}

void put_value(json::object& target, const Finding& f) {
  for (const std::string_view key :
       {"valueQuantity", "valueString", "valueCodeableConcept", "dataAbsentReason"})
    target.erase(key);
  if (f.state == FindingState::CannotTell) {
    target["dataAbsentReason"] = fhir::concept_of("http://terminology.hl7.org/CodeSystem/data-absent-reason",
                                                  "unknown", "Unknown", f.reason);
  } else if (f.state == FindingState::Absent) {
    target["valueCodeableConcept"] = fhir::concept_of(fhir::kSnomed, "2667000", "Absent");
  } else if (const auto* number = std::get_if<double>(&f.value)) {
    json::object q = {{"value", *number}};
    if (!f.comparator.empty()) q["comparator"] = f.comparator;
    if (!f.unit.empty()) {
      q["unit"] = f.unit;
      q["system"] = fhir::kUcum;
      q["code"] = f.unit;
    }
    target["valueQuantity"] = std::move(q);
  } else if (const auto* words = std::get_if<std::string>(&f.value)) {
    target["valueString"] = *words;
  } else if (const auto* code = std::get_if<Code>(&f.value)) {
    target["valueCodeableConcept"] = concept_from(*code);
  }
  if (!f.flag.empty())
    target["interpretation"] = json::array{fhir::concept_of(fhir::kInterpretation, f.flag)};
  if (f.reference) {
    json::object range;
    for (const auto& [key, value] :
         {std::pair{"low", f.reference->low}, std::pair{"high", f.reference->high}})
      range[key] = fhir::quantity(value, f.unit, f.unit);
    target["referenceRange"] = json::array{std::move(range)};
  }
}

References fill_references(const Manifest& manifest, const Findings& findings, const InferenceId& id) {
  References r;
  if (manifest.writes_observation)
    for (size_t i = 0; i < findings.items.size(); ++i)
      r.observations.push_back("Observation/" + derive_uuid(id, "observation " + std::to_string(i)));
  if (manifest.writes_report) r.diagnostic_report = "DiagnosticReport/" + derive_uuid(id, "report");
  if (manifest.writes_risk && findings.risk) r.risk_assessment = "RiskAssessment/" + derive_uuid(id, "risk");
  if (manifest.writes_task && findings.escalation) r.task = "Task/" + derive_uuid(id, "task");
  if (manifest.writes_sr) r.sr = derive_uid(id, "sr");
  return r;
}

std::vector<json::object> make_resources(const CatalogEntry& entry, const Assembled& assembled,
                                         const Row& row) {
  const Maker maker{entry, assembled, row};
  std::vector<json::object> out;
  for (size_t i = 0; i < row.references.observations.size(); ++i)
    out.push_back(maker.observation(row.findings.items[i], i));
  if (!row.references.diagnostic_report.empty()) out.push_back(maker.report());
  if (!row.references.risk_assessment.empty()) out.push_back(maker.risk());
  if (!row.references.task.empty()) out.push_back(maker.task());
  return out;
}

}  // namespace xinglin::inference::detail
