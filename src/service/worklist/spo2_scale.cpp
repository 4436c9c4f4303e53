// Which SpO2 scale NEWS2 uses for a patient. A clinician decides; the decision is an Observation that the
// application reads (code "spo2-scale"), so it has a version, an author and an audit leaf, and is taken back
// by the next one.
#include "codec/fhir/build.h"
#include "service/worklist/detail/impl.h"

namespace xinglin::worklist {

using detail::Found;
using detail::text;
using detail::text_or_null;

namespace {

constexpr std::string_view kNews2 = "https://xinglin.example/fhir/CodeSystem/news2";
constexpr size_t kReasonBytesMax = 2000;
constexpr size_t kHistoryMax = 20;

std::string first_text(const json::object& resource, std::string_view list, std::string_view member) {
  const json::array* items = json::find_array(resource, list);
  if (!items || items->empty() || !items->front().is_object()) return {};
  return text(items->front().get_object(), member);
}

json::object decision_document(const json::object& observation) {
  const bool two = detail::first_coding(observation, "valueCodeableConcept").code == "scale-2";
  return {{"scale", two ? 2 : 1},
          {"reason", text_or_null(first_text(observation, "note", "text"))},
          {"who", text_or_null(first_text(observation, "performer", "display"))},
          {"at", detail::string_or_null(observation, "effectiveDateTime")}};
}

json::object decision(const trust::Access& access, const PatientId& patient, int scale,
                      std::string_view reason, Instant now) {
  const std::string code = "scale-" + std::to_string(scale);
  json::object o = fhir::resource("Observation");
  o["status"] = "final";
  o["category"] = json::array{fhir::concept_of(fhir::kObservationCategory, "survey")};
  o["code"] = fhir::concept_of(kNews2, "spo2-scale", "SpO2 scale of NEWS2");
  o["subject"] = fhir::reference("Patient", patient.str());
  o["effectiveDateTime"] = format_rfc3339(now);
  o["performer"] = json::array{{{"display", access.who()}}};
  o["valueCodeableConcept"] =
      fhir::concept_of(kNews2, code, scale == 2 ? "SpO2 scale 2 (target 88 to 92 %)" : "SpO2 scale 1");
  o["note"] = json::array{fhir::annotation(reason, now)};
  return o;
}

}  // namespace

Result<json::object> Worklist::spo2_scale(const trust::Access& access, const PatientId& patient) {
  record::SearchRequest request;
  request.type = "Observation";
  request.parameters = {detail::patient_is(patient), {"code", "", std::string(kNews2) + "|spo2-scale"}};
  request.sort = {"-date"};
  XL_TRY(const std::vector<Found> found,
         detail::search_parsed(impl_->rooms.record, access, request, kHistoryMax));
  json::array history;
  for (const Found& one : found)
    if (text(one.resource, "status") == "final") history.push_back(decision_document(one.resource));
  json::object out{{"scale", 1}, {"reason", nullptr}, {"who", nullptr}, {"at", nullptr}};
  if (!history.empty()) out = history.front().as_object();
  out["history"] = std::move(history);
  return out;
}

Result<json::object> Worklist::set_spo2_scale(const trust::Access& access, const PatientId& patient,
                                              int64_t scale, std::string_view reason) {
  XL_CHECK(access.require(trust::Permission::WriteClinical));
  if (scale != 1 && scale != 2) return Error(kBadScale, "'scale' must be 1 or 2");
  if (reason.empty() || reason.size() > kReasonBytesMax)
    return Error(kBadScale, "'reason' must say why, in at most 2,000 bytes");
  record::Record& record = impl_->rooms.record;
  XL_TRY(const record::Resource known, record.read_now(access, "Patient", patient.str()));
  IssueSink issues;
  XL_CHECK(record.create_now(
      access,
      decision(access, PatientId(known.id), static_cast<int>(scale), reason, impl_->rooms.clock.now()),
      issues));
  return spo2_scale(access, patient);
}

}  // namespace xinglin::worklist
