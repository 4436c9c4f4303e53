#include "core/inference/detail/findings_json.h"

#include <utility>

namespace xinglin::inference::detail {
namespace {

std::string text(const json::object& o, std::string_view key) {
  return std::string(json::find_string(o, key).value_or(""));
}

std::string_view state_text(FindingState state) {
  switch (state) {
    case FindingState::Measured:
      return "measured";
    case FindingState::CannotTell:
      return "cannot-tell";
    case FindingState::Absent:
      return "absent";
  }
  return "";
}

FindingState state_from(std::string_view text) {
  for (const FindingState s : {FindingState::CannotTell, FindingState::Absent})
    if (state_text(s) == text) return s;
  return FindingState::Measured;
}

json::value value_json(const Finding& f) {
  if (const auto* number = std::get_if<double>(&f.value)) return *number;
  if (const auto* words = std::get_if<std::string>(&f.value)) return json::value(*words);
  if (const auto* code = std::get_if<Code>(&f.value)) return to_json(*code);
  return nullptr;
}

Code code_from(const json::object* o) {
  if (!o) return {};
  return {text(*o, "system"), text(*o, "code"), text(*o, "display")};
}

json::array finding_array(const std::vector<Finding>& findings) {
  json::array out;
  for (const Finding& f : findings) out.push_back(to_json(f));
  return out;
}

Finding finding_from(const json::object& o);

std::vector<Finding> findings_list(const json::array* list) {
  std::vector<Finding> out;
  if (list)
    for (const json::value& v : *list)
      if (v.is_object()) out.push_back(finding_from(v.get_object()));
  return out;
}

Finding finding_from(const json::object& o) {
  Finding f;
  f.code = code_from(json::find_object(o, "code"));
  if (const auto number = json::find_number(o, "value"))
    f.value = *number;
  else if (const auto words = json::find_string(o, "value"))
    f.value = std::string(*words);
  else if (const json::object* code = json::find_object(o, "value"))
    f.value = code_from(code);
  f.unit = text(o, "unit");
  f.comparator = text(o, "comparator");
  f.state = state_from(text(o, "state"));
  f.reason = text(o, "reason");
  if (const json::object* r = json::find_object(o, "reference"))
    f.reference =
        Interval{json::find_number(*r, "low").value_or(0), json::find_number(*r, "high").value_or(0)};
  f.flag = text(o, "flag");
  f.confidence = json::find_number(o, "confidence");
  f.method = text(o, "method");
  f.components = findings_list(json::find_array(o, "components"));
  return f;
}

json::value risk_json(const std::optional<Risk>& risk) {
  if (!risk) return nullptr;
  return {{"outcome", to_json(risk->outcome)},
          {"qualitative", to_json(risk->qualitative)},
          {"rationale", {{"en", risk->rationale_en}, {"zh", risk->rationale_zh}}}};
}

json::value escalation_json(const std::optional<Escalation>& e) {
  if (!e) return nullptr;
  return {{"priority", e->priority},
          {"text", {{"en", e->text_en}, {"zh", e->text_zh}}},
          {"ward", e->ward},
          {"due_us", e->due_us}};
}

struct Pair {
  std::string en, zh;
};
Pair bilingual(const json::object& o, std::string_view key) {
  const json::object* p = json::find_object(o, key);
  return p ? Pair{text(*p, "en"), text(*p, "zh")} : Pair{};
}

}  // namespace

json::object to_json(const Code& code) {
  return {{"system", code.system}, {"code", code.code}, {"display", code.display}};
}

json::object to_json(const Finding& f) {
  json::object out = {{"code", to_json(f.code)},
                      {"value", value_json(f)},
                      {"unit", f.unit},
                      {"comparator", f.comparator},
                      {"state", state_text(f.state)},
                      {"reason", f.reason},
                      {"reference", nullptr},
                      {"flag", f.flag},
                      {"confidence", f.confidence ? json::value(*f.confidence) : json::value(nullptr)},
                      {"method", f.method},
                      {"components", finding_array(f.components)}};
  if (f.reference) out["reference"] = {{"low", f.reference->low}, {"high", f.reference->high}};
  return out;
}

json::object to_json(const Findings& f) {
  return {{"items", finding_array(f.items)},
          {"summary", {{"en", f.summary_en}, {"zh", f.summary_zh}}},
          {"flag", f.flag},
          {"risk", risk_json(f.risk)},
          {"escalation", escalation_json(f.escalation)},
          {"evidence", f.evidence},
          {"publish", f.publish}};
}

json::value to_json(const InputRef& input) {
  return {{"reference", input.reference}, {"label", input.label}, {"digest", input.digest}};
}

Findings findings_from_json(const json::object& o) {
  Findings f;
  f.items = findings_list(json::find_array(o, "items"));
  const Pair summary = bilingual(o, "summary");
  f.summary_en = summary.en;
  f.summary_zh = summary.zh;
  f.flag = text(o, "flag");
  if (const json::object* r = json::find_object(o, "risk")) {
    const Pair rationale = bilingual(*r, "rationale");
    f.risk = Risk{code_from(json::find_object(*r, "outcome")),
                  code_from(json::find_object(*r, "qualitative")), rationale.en, rationale.zh};
  }
  if (const json::object* e = json::find_object(o, "escalation")) {
    const Pair words = bilingual(*e, "text");
    f.escalation = Escalation{text(*e, "priority"), words.en, words.zh, text(*e, "ward"),
                              static_cast<int64_t>(json::find_number(*e, "due_us").value_or(0))};
  }
  if (const json::object* evidence = json::find_object(o, "evidence")) f.evidence = *evidence;
  f.publish = json::find_bool(o, "publish").value_or(true);
  return f;
}

}  // namespace xinglin::inference::detail
