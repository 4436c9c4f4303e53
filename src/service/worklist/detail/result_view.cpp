// Documents of core/inference (see its README.md) in the form of the API.
#include <map>

#include "service/worklist/detail/impl.h"

namespace xinglin::worklist::detail {
namespace {

json::object object_or_empty(const json::object& from, std::string_view member) {
  const json::object* found = json::find_object(from, member);
  return found ? *found : json::object();
}

json::object text2_of(const json::object& from, std::string_view member) {
  const json::object found = object_or_empty(from, member);
  return text2(text(found, "en"), text(found, "zh"));
}

json::value or_null(const json::object& from, std::string_view member) {
  const json::value* found = json::find(from, member);
  return found ? *found : json::value(nullptr);
}

json::object code_document(const json::object& code) {
  return {{"system", text(code, "system")}, {"code", text(code, "code")}, {"display", text(code, "display")}};
}

// A coded value is shown by its display and kept beside it.
std::pair<json::value, json::value> value_and_code(const json::object& finding) {
  const json::value* value = json::find(finding, "value");
  if (!value || value->is_null()) return {nullptr, nullptr};
  if (!value->is_object()) return {*value, nullptr};
  const json::object code = code_document(value->get_object());
  return {code.at("display"), code};
}

json::object finding_document(const json::object& finding) {
  const json::object code = object_or_empty(finding, "code");
  auto [value, value_code] = value_and_code(finding);
  json::array components;
  if (const json::array* list = json::find_array(finding, "components"))
    for (const json::value& component : *list)
      if (component.is_object()) components.push_back(finding_document(component.get_object()));
  const std::string state = text(finding, "state");
  return {{"code", code_document(code)},
          {"name", name_of_code(text(code, "code"), text(code, "display"))},
          {"value", std::move(value)},
          {"value_code", std::move(value_code)},
          {"comparator", text(finding, "comparator")},
          {"unit", text(finding, "unit")},
          {"state", state == "cannot-tell" ? "cannot_tell" : state},
          {"reason", text(finding, "reason")},
          {"reference", or_null(finding, "reference")},
          {"flag", text(finding, "flag")},
          {"confidence", or_null(finding, "confidence")},
          {"method", text(finding, "method")},
          {"components", std::move(components)}};
}

json::array outputs_of(const json::object& result) {
  json::array out;
  const json::object references = object_or_empty(result, "references");
  const auto add = [&out](std::string_view reference) {
    if (!reference.empty()) out.push_back(json::object{{"reference", reference}});
  };
  for (const std::string_view member : {"diagnostic_report", "risk_assessment", "task"})
    add(text(references, member));
  if (const std::string sr = text(references, "sr"); !sr.empty())
    add(sr.starts_with("sop:") ? sr : "sop:" + sr);
  if (const json::array* observations = json::find_array(references, "observations"))
    for (const json::value& observation : *observations)
      if (observation.is_string()) add(observation.get_string());
  return out;
}

// Of an edit or a component of a score: a number in its shortest form, a code by its display.
std::string plain_value(const json::value* value) {
  if (!value) return {};
  if (value->is_string()) return std::string(value->get_string());
  if (value->is_object()) return text(value->get_object(), "display");
  return value->is_number() ? number_text(value->to_number<double>()) : json::serialize(*value);
}

json::object feedback_document(const json::object& feedback) {
  json::array edits;
  if (const json::array* list = json::find_array(feedback, "edits"))
    for (const json::value& edit : *list)
      if (edit.is_object())
        edits.push_back(json::object{{"code", text(edit.get_object(), "code")},
                                     {"value", plain_value(json::find(edit.get_object(), "value"))}});
  return {{"action", text(feedback, "action")},
          {"reason", text(feedback, "reason")},
          {"edits", std::move(edits)},
          {"who", text(feedback, "who")},
          {"at", text(feedback, "at")}};
}

struct News2 {
  json::value score = nullptr;
  std::string band, trend;
  bool complete = false;
};

std::optional<News2> news2_of(const json::object& result) {
  const json::object evidence = object_or_empty(result, "evidence");
  const json::object* news2 = json::find_object(evidence, "news2");
  if (!news2) return std::nullopt;
  const json::value* score = json::find(*news2, "score");
  if (!score || !score->is_number()) return std::nullopt;  // it could not be told
  News2 out;
  out.score = *score;
  out.band = text(*news2, "band") == "low-medium" ? "low_medium" : text(*news2, "band");
  const std::string trend = text(*news2, "trend");
  out.trend = trend == "up" ? "rising" : trend == "down" ? "falling" : trend == "steady" ? "steady" : "first";
  out.complete = json::find_bool(*news2, "complete").value_or(false);
  return out;
}

std::string component_value(const json::object& component) {
  const json::value* value = json::find(component, "value");
  if (!value || value->is_null()) return {};
  const std::string unit = text(component, "unit");
  const std::string shown = plain_value(value);
  return unit.empty() ? shown : shown + " " + unit;
}

std::string trend_between(const json::object& before, const json::object& now) {
  const double from = before.at("score").to_number<double>(), to = now.at("score").to_number<double>();
  const bool from_total = before.at("complete").as_bool(), to_total = now.at("complete").as_bool();
  if (from_total && to_total) return from < to ? "rising" : from > to ? "falling" : "steady";
  // A lower bound can only prove a rise over a total, and a total only a fall under a lower bound.
  if (from_total && to > from) return "rising";
  if (to_total && to < from) return "falling";
  return "first";
}

json::object news2_point(const json::object& result) {
  json::value point = news2_short(result);
  if (!point.is_object()) return {};
  json::object& out = point.as_object();
  json::array components;
  const json::object news2 = object_or_empty(object_or_empty(result, "evidence"), "news2");
  if (const json::array* list = json::find_array(news2, "components"))
    for (const json::value& item : *list) {
      if (!item.is_object()) continue;
      const json::object& component = item.get_object();
      const json::object name = object_or_empty(component, "name");
      components.push_back(json::object{{"code", text(component, "parameter")},
                                        {"name", text(name, "en")},
                                        {"name_zh", text(name, "zh")},
                                        {"value", component_value(component)},
                                        {"score", or_null(component, "score")}});
    }
  out["components"] = std::move(components);
  out["spo2_scale"] = or_null(news2, "scale");
  return std::move(out);
}

}  // namespace

std::string time_of(const json::object& result) {
  const std::string effective = text(result, "effective");
  return effective.empty() ? text(result, "created") : effective;
}

json::object result_summary(const json::object& result) {
  const json::object application = object_or_empty(result, "application");
  const std::string status = text(result, "status"), priority = text(result, "priority");
  return {{"id", text(result, "id")},
          {"application", json::object{{"id", text(application, "id")},
                                       {"version", text(application, "version")},
                                       {"name", text2_of(application, "name")}}},
          {"priority", priority.empty() ? "routine" : priority},
          {"status", status.empty() ? "unread" : status},
          {"created", text(result, "created")},
          {"summary", text2_of(result, "summary")},
          {"flag", text(result, "flag")},
          {"study", nullptr}};
}

json::object result_document(const json::object& result, const Banner& patient) {
  json::object out = result_summary(result);
  out["patient"] = patient.document();
  out["about"] = time_of(result);
  json::object& application = out["application"].as_object();
  json::array digests;
  if (const std::string digest = text(result, "model_digest"); !digest.empty())
    digests.push_back(json::value(digest));
  application["model_digests"] = std::move(digests);
  json::array findings, history;
  if (const json::array* list = json::find_array(result, "findings"))
    for (const json::value& finding : *list)
      if (finding.is_object()) findings.push_back(finding_document(finding.get_object()));
  if (const json::array* list = json::find_array(result, "feedback"))
    for (const json::value& feedback : *list)
      if (feedback.is_object()) history.push_back(feedback_document(feedback.get_object()));
  out["findings"] = std::move(findings);
  out["feedback"] = history.empty() ? json::value(nullptr) : history.back();
  out["history"] = std::move(history);
  out["risk"] = nullptr;
  out["escalation"] = nullptr;
  out["evidence"] = object_or_empty(result, "evidence");
  const json::array* inputs = json::find_array(result, "inputs");
  out["inputs"] = inputs ? *inputs : json::array();
  out["outputs"] = outputs_of(result);
  out["read"] = or_null(result, "read");
  return out;
}

json::value news2_short(const json::object& result) {
  const std::optional<News2> news2 = news2_of(result);
  if (!news2) return nullptr;
  return json::object{{"score", news2->score},       {"band", news2->band},  {"trend", news2->trend},
                      {"complete", news2->complete}, {"t", time_of(result)}, {"result", text(result, "id")}};
}

std::vector<json::object> last_of_each_minute(const std::vector<json::object>& results) {
  std::map<int64_t, const json::object*> minutes;
  for (const json::object& result : results) {
    const std::optional<Instant> at = instant(time_of(result));
    if (!at) continue;
    const json::object*& kept = minutes[at->us / kMinuteUs];
    if (!kept || text(*kept, "created") < text(result, "created")) kept = &result;
  }
  std::vector<json::object> out;
  for (const auto& [minute, result] : minutes) out.push_back(*result);
  return out;
}

json::array news2_points(const std::vector<json::object>& results) {
  json::array out;
  for (const json::object& result : results) {
    json::object point = news2_point(result);
    if (point.empty()) continue;
    if (!out.empty()) point["trend"] = trend_between(out.back().get_object(), point);
    out.push_back(std::move(point));
  }
  return out;
}

}  // namespace xinglin::worklist::detail
