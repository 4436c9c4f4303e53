#include "service/bulk/detail/plan.h"

#include <algorithm>

namespace xinglin::bulk::detail {
namespace {

json::array to_json(const std::vector<record::SearchParameter>& parameters) {
  json::array out;
  for (const record::SearchParameter& p : parameters)
    out.push_back(json::array{json::value(p.name), json::value(p.modifier), json::value(p.value)});
  return out;
}

std::string text_at(const json::array& array, size_t index) {
  const json::value* value = array.if_contains(index);
  return value && value->is_string() ? std::string(std::string_view(value->get_string())) : "";
}

std::vector<record::SearchParameter> parameters_from(const json::value& value) {
  std::vector<record::SearchParameter> out;
  if (const json::array* items = value.if_array())
    for (const json::value& item : *items)
      if (const json::array* p = item.if_array())
        out.push_back({text_at(*p, 0), text_at(*p, 1), text_at(*p, 2)});
  return out;
}

int64_t integer(const json::object& o, std::string_view key) {
  const json::value* value = json::find(o, key);
  return value && value->is_int64() ? value->get_int64() : 0;
}

}  // namespace

size_t chunks_of(const Plan& plan, const Walk& walk) {
  if (plan.patients.empty() || walk.patient_parameter.empty()) return 1;
  return (plan.patients.size() + kPatientsPerSearch - 1) / kPatientsPerSearch;
}

std::vector<record::SearchParameter> parameters_at(const Plan& plan, const Position& position,
                                                   size_t alternative) {
  const Walk& walk = plan.walks[position.walk];
  std::vector<record::SearchParameter> out = walk.alternatives[alternative];
  if (plan.since) out.push_back({"_lastUpdated", "", "ge" + format_rfc3339(*plan.since)});
  if (!plan.patients.empty() && !walk.patient_parameter.empty()) {
    std::string ids;
    const size_t begin = position.chunk * kPatientsPerSearch;
    for (size_t i = begin; i < std::min(plan.patients.size(), begin + kPatientsPerSearch); ++i)
      ids += (ids.empty() ? "" : ",") + plan.patients[i];
    out.push_back({walk.patient_parameter, "", ids});
  }
  return out;
}

void step(const Plan& plan, Position& position) {
  const Walk& walk = plan.walks[position.walk];
  position.cursor.clear();
  if (++position.alternative < walk.alternatives.size()) return;
  position.alternative = 0;
  if (++position.chunk < chunks_of(plan, walk)) return;
  position.chunk = 0;
  ++position.walk;
}

json::object to_json(const Plan& plan) {
  json::object out{{"of_patients", plan.of_patients}, {"time", plan.time.us}};
  if (plan.since) out["since"] = plan.since->us;
  json::array patients, walks;
  for (const std::string& id : plan.patients) patients.push_back(json::value(id));
  for (const Walk& walk : plan.walks) {
    json::array alternatives;
    for (const auto& parameters : walk.alternatives) alternatives.push_back(to_json(parameters));
    walks.push_back(json::object{{"type", walk.type},
                                 {"alternatives", std::move(alternatives)},
                                 {"patient_parameter", walk.patient_parameter}});
  }
  out["patients"] = std::move(patients);
  out["walks"] = std::move(walks);
  return out;
}

Result<Plan> plan_from(const json::object& o) {
  Plan out;
  out.of_patients = json::find_bool(o, "of_patients").value_or(false);
  out.time = {integer(o, "time")};
  if (o.contains("since")) out.since = Instant{integer(o, "since")};
  if (const json::array* patients = json::find_array(o, "patients"))
    for (size_t i = 0; i < patients->size(); ++i) out.patients.push_back(text_at(*patients, i));
  const json::array* walks = json::find_array(o, "walks");
  if (!walks) return Error(errors::kCorrupt, "a bulk job has no plan");
  for (const json::value& item : *walks) {
    if (!item.is_object()) continue;
    const json::object& w = item.get_object();
    Walk walk{std::string(json::find_string(w, "type").value_or("")),
              {},
              std::string(json::find_string(w, "patient_parameter").value_or(""))};
    if (const json::array* alternatives = json::find_array(w, "alternatives"))
      for (const json::value& parameters : *alternatives)
        walk.alternatives.push_back(parameters_from(parameters));
    if (walk.alternatives.empty()) walk.alternatives.emplace_back();
    out.walks.push_back(std::move(walk));
  }
  return out;
}

json::object to_json(const Position& position) {
  return {{"walk", static_cast<int64_t>(position.walk)},
          {"chunk", static_cast<int64_t>(position.chunk)},
          {"alternative", static_cast<int64_t>(position.alternative)},
          {"cursor", position.cursor}};
}

Position position_from(const json::object& o) {
  return {static_cast<size_t>(integer(o, "walk")), static_cast<size_t>(integer(o, "chunk")),
          static_cast<size_t>(integer(o, "alternative")),
          std::string(json::find_string(o, "cursor").value_or(""))};
}

}  // namespace xinglin::bulk::detail
