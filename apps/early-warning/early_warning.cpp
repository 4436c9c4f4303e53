#include "apps/early-warning/early_warning.h"

#include <algorithm>
#include <set>
#include <utility>

#include "apps/early-warning/inputs.h"
#include "apps/early-warning/manifest.h"
#include "apps/early-warning/news2.h"
#include "apps/early-warning/wording.h"

namespace xinglin::early_warning {
namespace {

using inference::Case;
using inference::Code;
using inference::Finding;
using inference::Findings;
using inference::FindingState;
using inference::PreviousResult;

constexpr std::string_view kSnomed = "http://snomed.info/sct";
constexpr int kAgeMin = 16, kAgeMayBePregnantMax = 55;

// How ill the score says the patient is: what decides whether the ward is asked again.
struct Severity {
  std::optional<Band> band;
  std::set<std::string, std::less<>> threes;  // parameters that score 3
};

struct Request {
  Instant at;
  Severity severity;
};

// What a run said, of this run or read back from the evidence of the last one.
struct State {
  std::optional<int> score;  // total, or the lower bound of an "at least"
  bool complete = false;
  Severity severity;
  std::optional<Request> request;  // the last one made to the ward, while the patient has not been calm since
};

std::optional<Band> parse_band(std::string_view text) {
  for (const Band b : {Band::Low, Band::LowMedium, Band::Medium, Band::High})
    if (to_string(b) == text) return b;
  return std::nullopt;
}

int64_t minute_of(Instant at) {
  return at.us / kMinuteUs;
}

const json::object* news2_of(const PreviousResult& previous) {
  return json::find_object(previous.findings.evidence, "news2");
}

std::set<std::string, std::less<>> names(const json::array* list) {
  std::set<std::string, std::less<>> out;
  if (!list) return out;
  for (const json::value& v : *list)
    if (v.is_string()) out.emplace(v.get_string());
  return out;
}

Severity severity_of(const json::object& o) {
  Severity out;
  if (const auto band = json::find_string(o, "band")) out.band = parse_band(*band);
  out.threes = names(json::find_array(o, "threes"));
  return out;
}

std::optional<State> state_of(const PreviousResult& previous) {
  const json::object* e = news2_of(previous);
  if (!e) return std::nullopt;
  State s;
  if (const auto score = json::find_number(*e, "score")) s.score = static_cast<int>(*score);
  s.complete = json::find_bool(*e, "complete").value_or(false);
  s.severity = severity_of(*e);
  if (const json::object* request = json::find_object(*e, "request"))
    if (const auto at = parse_fhir_time(json::find_string(*request, "at").value_or("")))
      s.request = Request{at->first, severity_of(*request)};
  return s;
}

// What was said last, of this moment too: a value may have come later than the others of its set.
std::optional<State> last_said(const Case& input) {
  return input.previous.empty() ? std::nullopt : state_of(input.previous.front());
}

// What was said last about an earlier moment: what a trend is measured against.
std::optional<State> moment_before(const Case& input) {
  for (const PreviousResult& previous : input.previous)
    if (minute_of(previous.at) < minute_of(input.now)) return state_of(previous);
  return std::nullopt;
}

State state_of(const Score& score) {
  State s;
  s.complete = score.complete();
  s.severity.band = score.band();
  if (s.severity.band) s.score = score.lower_bound();
  for (const Parameter p : kParameters)
    if (score.part(p) == 3) s.severity.threes.emplace(to_string(p));
  return s;
}

Trend trend_against(const State& now, const std::optional<State>& before) {
  if (!before || !before->score || !now.score) return Trend::Unknown;
  if (now.complete && before->complete) {
    if (*now.score == *before->score) return Trend::Steady;
    return *now.score > *before->score ? Trend::Up : Trend::Down;
  }
  // A lower bound can only prove a rise over a total, and a total only a fall under a lower bound.
  if (before->complete && *now.score > *before->score) return Trend::Up;
  if (now.complete && *now.score < *before->score) return Trend::Down;
  return Trend::Unknown;
}

bool is_worse(const Severity& now, const Severity& before) {
  if (now.band && before.band && *now.band > *before.band) return true;
  return !std::includes(before.threes.begin(), before.threes.end(), now.threes.begin(), now.threes.end());
}

// Asks when nothing was asked since the patient was last calm or within the repeat time, and again on
// worsening.
bool should_raise(const State& now, const std::optional<State>& before, Instant at, int64_t repeat_us) {
  if (!now.severity.band || *now.severity.band == Band::Low) return false;
  if (!before || !before->request || at - before->request->at > repeat_us) return true;
  return is_worse(now.severity, before->severity) || is_worse(now.severity, before->request->severity);
}

// The request that stands after this run.
std::optional<Request> standing_request(const State& now, const std::optional<State>& before, Instant at,
                                        bool raised) {
  if (raised) return Request{at, now.severity};
  if (!before || now.severity.band == Band::Low) return std::nullopt;
  return before->request;
}

double operating_point(const std::map<std::string, double>& points, const std::string& name,
                       double otherwise) {
  const auto found = points.find(name);
  return found == points.end() ? otherwise : found->second;
}

// kUnsuitable when the patient is known to be outside the intended use; caveats for what is not known.
Result<std::vector<Text>> check_intended_use(const Case& input, const Inputs& inputs) {
  std::vector<Text> out;
  if (inputs.pregnancy == Pregnancy::Yes)
    return Error(inference::kUnsuitable,
                 "NEWS2 is not for pregnant patients; the record says the patient is pregnant");
  std::optional<int> years;
  if (const auto birth = json::find_string(input.patient_facts, "birthDate"))
    if (const auto span = parse_fhir_time(birth->substr(0, 4)))
      years = to_civil(input.now).year - to_civil(span->first).year;
  if (years && *years < kAgeMin)
    return Error(inference::kUnsuitable, "NEWS2 is for patients aged 16 or more; this patient is younger");
  if (!years)
    out.push_back({"the age is not known; NEWS2 is only for patients aged 16 or more",
                   "年龄未知；NEWS2 仅适用于年满 16 岁的患者"});
  else if (*years == kAgeMin)
    out.push_back({"only the year of birth is known; NEWS2 is only for patients aged 16 or more",
                   "仅知出生年份；NEWS2 仅适用于年满 16 岁的患者"});
  const auto gender = json::find_string(input.patient_facts, "gender").value_or("");
  if (inputs.pregnancy == Pregnancy::Unknown && gender != "male" && years.value_or(0) <= kAgeMayBePregnantMax)
    out.push_back({"pregnancy is not recorded; NEWS2 is not for pregnant patients",
                   "未记录妊娠状态；NEWS2 不适用于孕妇"});
  return out;
}

json::value component_value(Parameter p, const Reading& r, const Vitals& vitals) {
  if (p == Parameter::Oxygen && vitals.breathing)
    return vitals.breathing == Breathing::Air ? "air" : "oxygen";
  if (p == Parameter::Consciousness && vitals.consciousness) {
    constexpr std::array<std::string_view, 5> kLetters = {"A", "C", "V", "P", "U"};
    return json::value(kLetters[static_cast<size_t>(*vitals.consciousness)]);
  }
  if (!r.text.empty()) return json::value(r.text);
  if (r.missing == Missing::NotRecorded || r.unit.empty()) return nullptr;
  return r.value;
}

json::object component_evidence(Parameter p, const Score& score, const Inputs& inputs) {
  const Reading& r = inputs.reading(p);
  const Text why = reason(r.missing), name = name_of(p);
  const bool has_number = p != Parameter::Oxygen && p != Parameter::Consciousness;
  return {{"parameter", to_string(p)},
          {"name", {{"en", name.en}, {"zh", name.zh}}},
          {"code", std::string(kNews2System) + "|" + std::string(to_string(p))},
          {"value", component_value(p, r, inputs.vitals)},
          {"unit", has_number ? r.unit : ""},
          {"score", score.part(p) ? json::value(*score.part(p)) : json::value(nullptr)},
          {"at", r.at ? json::value(format_rfc3339(*r.at)) : json::value(nullptr)},
          {"reference", r.reference},
          {"missing", !score.part(p).has_value()},
          {"reason", why.en},
          {"reason_zh", why.zh}};
}

json::object severity_json(const Severity& severity) {
  json::array threes;
  for (const std::string& name : severity.threes) threes.emplace_back(name);
  return {{"band", severity.band ? json::value(to_string(*severity.band)) : json::value(nullptr)},
          {"threes", std::move(threes)}};
}

json::object evidence(const Score& score, const Inputs& inputs, Trend trend,
                      const std::vector<Text>& caveats) {
  json::array components, notes;
  for (const Parameter p : kParameters) components.push_back(component_evidence(p, score, inputs));
  for (const Text& c : caveats) notes.push_back({{"en", c.en}, {"zh", c.zh}});
  const auto band = score.band();
  json::object news2 = {
      {"score", band ? json::value(score.lower_bound()) : json::value(nullptr)},
      {"at_least", band && !score.complete()},
      {"complete", score.complete()},
      {"trend", trend == Trend::Unknown ? json::value(nullptr) : json::value(to_string(trend))},
      {"scale", static_cast<int>(inputs.vitals.scale)},
      {"scale_reference", inputs.scale_reference},
      {"components", std::move(components)},
      {"caveats", std::move(notes)},
      {"credit", "National Early Warning Score (NEWS) 2, Royal College of Physicians, London 2017"}};
  for (const auto& member : severity_json(state_of(score).severity)) news2[member.key()] = member.value();
  return {{"news2", std::move(news2)}};
}

Finding component_finding(Parameter p, const Score& score, const Inputs& inputs) {
  Finding f;
  f.code = {std::string(kNews2System), std::string(to_string(p)), "NEWS2 points: " + name_of(p).en};
  f.unit = "{score}";
  if (const auto part = score.part(p)) {
    f.value = static_cast<double>(*part);
    if (*part == 3) f.flag = "AA";
  } else {
    f.state = FindingState::CannotTell;
    f.reason = reason(inputs.reading(p).missing).en;
  }
  return f;
}

std::string flag_of(const std::optional<Band>& band) {
  if (!band) return "";
  if (*band == Band::High) return "AA";
  return *band == Band::Low ? "N" : "A";
}

Finding total_finding(const Score& score, const Inputs& inputs) {
  Finding f;
  f.code = {std::string(kSnomed), "1104051000000101",
            "Royal College of Physicians National Early Warning Score 2 total score"};
  f.unit = "{score}";
  f.method = "NEWS2, Royal College of Physicians 2017";
  f.flag = flag_of(score.band());
  if (score.band()) {
    f.value = static_cast<double>(score.lower_bound());
    if (!score.complete()) f.comparator = ">=";
  } else {
    f.state = FindingState::CannotTell;
    f.reason = summary(score, inputs, Trend::Unknown).en;
  }
  for (const Parameter p : kParameters) f.components.push_back(component_finding(p, score, inputs));
  return f;
}

inference::Risk risk(Band band, const Score& score, const Inputs& inputs) {
  const Text why = rationale(score, inputs);
  return {{std::string(kNews2System), "clinical-deterioration", "Acute clinical deterioration"},
          {std::string(kNews2System), std::string(to_string(band)),
           "NEWS2 " + name_of(band).en + " clinical risk"},
          why.en,
          why.zh};
}

inference::Escalation escalation_of(Band band, const Case& input, const Score& score, const Inputs& inputs) {
  const Text text = escalation(band, score, inputs);
  inference::Escalation e;
  e.priority = band == Band::High ? "stat" : "urgent";
  e.text_en = text.en;
  e.text_zh = text.zh;
  e.ward = input.ward;
  e.due_us = band == Band::High ? 30 * kMinuteUs : kHourUs;
  return e;
}

// Equal but for the resource a value was read from: a message sent again makes another one.
bool same_values(const json::array& a, const json::array& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](json::value x, json::value y) {
    for (json::value* v : {&x, &y})
      if (v->is_object()) v->get_object().erase("reference");
    return json::serialize(x) == json::serialize(y);  // 2 and 2.0 are the same value
  });
}

// The same values of the same times as in the last result: a repeated message or an unrelated trigger.
bool nothing_new(const json::object& evidence, const std::vector<PreviousResult>& previous) {
  if (previous.empty()) return false;
  const json::object* before = news2_of(previous.front());
  const json::object* now = json::find_object(evidence, "news2");
  if (!before || !now) return false;
  const json::array* a = json::find_array(*before, "components");
  const json::array* b = json::find_array(*now, "components");
  return a && b && same_values(*a, *b) &&
         json::find_number(*before, "scale") == json::find_number(*now, "scale");
}

class EarlyWarning final : public inference::Application {
public:
  Result<Findings> run(const Case& input, inference::RunContext& /*context*/) const override {
    const auto window_us =
        static_cast<int64_t>(operating_point(input.operating_points, "window_hours", 12) * kHourUs);
    const auto repeat_us =
        static_cast<int64_t>(operating_point(input.operating_points, "repeat_hours", 4) * kHourUs);
    const Inputs inputs = collect(input.observations, input.now, window_us);
    XL_TRY(const std::vector<Text> caveats, check_intended_use(input, inputs));
    const Score score = news2(inputs.vitals);

    const std::optional<State> before = last_said(input);
    const State now = state_of(score);
    const Trend trend = trend_against(now, moment_before(input));

    Findings findings;
    findings.items.push_back(total_finding(score, inputs));
    Text line = summary(score, inputs, trend);
    for (const Text& c : caveats) line.en += " (" + c.en + ")", line.zh += "（" + c.zh + "）";
    findings.summary_en = line.en;
    findings.summary_zh = line.zh;
    findings.flag = flag_of(now.severity.band);
    findings.evidence = evidence(score, inputs, trend, caveats);
    findings.publish = !nothing_new(findings.evidence, input.previous);
    if (now.severity.band) findings.risk = risk(*now.severity.band, score, inputs);
    const bool raise =
        findings.publish && input.is_current && should_raise(now, before, input.now, repeat_us);
    if (raise) findings.escalation = escalation_of(*now.severity.band, input, score, inputs);
    if (const auto request = standing_request(now, before, input.now, raise)) {
      json::object standing = severity_json(request->severity);
      standing["at"] = format_rfc3339(request->at);
      findings.evidence["news2"].as_object()["request"] = std::move(standing);
    }
    return findings;
  }
};

}  // namespace

inference::NativeApplication native_application() {
  return {manifest_toml(),
          []() -> std::unique_ptr<inference::Application> { return std::make_unique<EarlyWarning>(); }};
}

}  // namespace xinglin::early_warning
