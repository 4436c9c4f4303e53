#include "edge/fhirrest/match_operation.h"

#include <charconv>

namespace xinglin::fhirrest {
namespace {

constexpr std::string_view kGrade = "http://hl7.org/fhir/StructureDefinition/match-grade";
constexpr std::string_view kEvidence = "urn:xinglin:match-evidence";
constexpr int64_t kCountDefault = 20, kCountMax = 100;

std::string_view code_of(identity::Grade grade) {
  switch (grade) {
    case identity::Grade::Certain:
      return "certain";
    case identity::Grade::Probable:
      return "probable";
    case identity::Grade::Possible:
      break;
  }
  return "possible";
}

json::object evidence(std::string_view field, std::string_view level, double bits) {
  return {{"url", kEvidence},
          {"extension", json::array{json::object{{"url", "field"}, {"valueCode", field}},
                                    json::object{{"url", "level"}, {"valueCode", level}},
                                    json::object{{"url", "bits"}, {"valueDecimal", bits}}}}};
}

json::object search_of(const identity::Match& match) {
  json::array extensions{json::object{{"url", kGrade}, {"valueCode", code_of(match.grade)}}};
  for (const matching::Evidence& e : match.judgement.evidence)
    extensions.push_back(
        evidence(matching::name_of(e.field), matching::level_name(e.field, e.level), e.bits));
  if (match.judgement.household < -0.01)
    extensions.push_back(evidence("household", "explains", match.judgement.household));
  return {{"extension", std::move(extensions)}, {"mode", "match"}, {"score", match.judgement.probability}};
}

Result<identity::MatchRequest> request_of(const OperationCall& call, IssueSink& issues) {
  identity::MatchRequest out;
  const json::object* patient = call.resource_parameter("resource");
  if (patient == nullptr || json::find_string(*patient, "resourceType") != "Patient") {
    issues.error("required", "Parameters.parameter", "the parameter 'resource' must be a Patient");
    return Error(identity::kNothingToMatch);
  }
  out.patient = *patient;
  out.only_certain = call.text("onlyCertainMatches") == "true";
  out.count = kCountDefault;
  if (const auto text = call.text("count")) {
    const auto parsed = std::from_chars(text->data(), text->data() + text->size(), out.count);
    if (parsed.ec != std::errc{} || parsed.ptr != text->data() + text->size() || out.count < 1 ||
        out.count > kCountMax) {
      issues.error("value", "Parameters.parameter", "count must be 1 to 100");
      return Error(identity::kNothingToMatch, "count must be 1 to 100");
    }
  }
  return out;
}

Result<OperationAnswer> answer(identity::Matches& matches, sql::Store& store, const OperationCall& call,
                               IssueSink& issues) {
  XL_TRY(const identity::MatchRequest request, request_of(call, issues));
  XL_TRY(const identity::MatchAnswer found,
         store.read([&](sql::Session& session) { return matches.match(session, call.access, request); }));
  json::array entries;
  for (const identity::Match& match : found.matches) {
    XL_TRY(json::value resource, json::parse(match.text));
    entries.push_back(json::object{{"fullUrl", call.base_url + "/Patient/" + match.patient.str()},
                                   {"resource", std::move(resource)},
                                   {"search", search_of(match)}});
  }
  OperationAnswer out;
  out.body = {{"resourceType", "Bundle"}, {"type", "searchset"}, {"total", found.matches.size()}};
  if (!entries.empty()) out.body["entry"] = std::move(entries);
  return out;
}

}  // namespace

Operation match_operation(identity::Matches& matches, sql::Store& store) {
  return {.name = "match",
          .definition = "http://hl7.org/fhir/OperationDefinition/Patient-match",
          .prose =
              "Patients who may be the person described, most probable first, with evidence by field; under "
              "scopes only for who may search all patients",
          .on_type = true,
          .types = {"Patient"},
          .handle = [&matches, &store](const OperationCall& call, IssueSink& issues) {
            return answer(matches, store, call, issues);
          }};
}

}  // namespace xinglin::fhirrest
