#include "apps/early-warning/inputs.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>
#include <vector>

namespace xinglin::early_warning {
namespace {

constexpr std::string_view kLoinc = "http://loinc.org";
constexpr int64_t kPregnancyUs = 300 * kDayUs;

struct CodeMeaning {
  std::string_view code;
  Parameter parameter;
};
// LOINC codes of vital signs. 3151-8 and 3150-6 both say something about oxygen.
constexpr CodeMeaning kCodes[] = {{"9279-1", Parameter::RespiratoryRate},
                                  {"59408-5", Parameter::Spo2},
                                  {"2708-6", Parameter::Spo2},
                                  {"8480-6", Parameter::SystolicPressure},
                                  {"8867-4", Parameter::Pulse},
                                  {"8310-5", Parameter::Temperature},
                                  {"80288-4", Parameter::Consciousness},
                                  {"67775-7", Parameter::Consciousness},
                                  {"3151-8", Parameter::Oxygen},
                                  {"3150-6", Parameter::Oxygen}};
constexpr std::string_view kFlow = "3151-8", kFractionOfOxygen = "3150-6", kPregnancyStatus = "82810-3";

bool has_code(const json::object& element, std::string_view system, std::string_view code) {
  const json::object* concept_ = json::find_object(element, "code");
  const json::array* codings = concept_ ? json::find_array(*concept_, "coding") : nullptr;
  if (!codings) return false;
  return std::any_of(codings->begin(), codings->end(), [&](const json::value& v) {
    return v.is_object() && json::find_string(v.get_object(), "system") == system &&
           json::find_string(v.get_object(), "code") == code;
  });
}

std::string lower(std::string_view text) {
  std::string out;
  for (const char c : text) out += (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c;
  while (!out.empty() && (out.back() == ' ' || out.back() == '.')) out.pop_back();
  while (!out.empty() && out.front() == ' ') out.erase(0, 1);
  return out;
}

// All the ways a coded or text value may be worded, most formal first.
std::vector<std::string> wordings(const json::object& element) {
  std::vector<std::string> out;
  if (const json::object* v = json::find_object(element, "valueCodeableConcept")) {
    if (const json::array* codings = json::find_array(*v, "coding"))
      for (const json::value& c : *codings) {
        if (!c.is_object()) continue;
        for (const std::string_view key : {"code", "display"})
          if (const auto s = json::find_string(c.get_object(), key)) out.emplace_back(*s);
      }
    if (const auto s = json::find_string(*v, "text")) out.emplace_back(*s);
  }
  if (const auto s = json::find_string(element, "valueString")) out.emplace_back(*s);
  return out;
}

struct Quantity {
  double value = 0;
  std::string unit;
};

std::optional<Quantity> quantity(const json::object& element) {
  if (const json::object* q = json::find_object(element, "valueQuantity")) {
    const auto value = json::find_number(*q, "value");
    if (!value || json::find_string(*q, "comparator")) return std::nullopt;
    auto unit = json::find_string(*q, "code");
    if (!unit) unit = json::find_string(*q, "unit");
    return Quantity{*value, std::string(unit.value_or(""))};
  }
  if (const auto value = json::find_number(element, "valueInteger")) return Quantity{*value, ""};
  if (const auto text = json::find_string(element, "valueString")) {
    double value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error == std::errc{} && end == text->data() + text->size()) return Quantity{value, ""};
  }
  return std::nullopt;
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// The value in the chart's unit; empty when the unit is not one we know.
std::optional<double> in_chart_unit(Parameter parameter, const Quantity& q) {
  const std::string unit = lower(q.unit);
  switch (parameter) {
    case Parameter::RespiratoryRate:
    case Parameter::Pulse:
      if (is_one_of(unit, {"", "/min", "{beats}/min", "{breaths}/min", "1/min", "bpm", "beats/min",
                           "beats/minute", "breaths/min", "breaths/minute", "{beats}/minute", "次/分"}))
        return q.value;
      return std::nullopt;
    case Parameter::Spo2:
      if (is_one_of(unit, {"", "%", "%{oxygenation}"})) return q.value;
      return std::nullopt;
    case Parameter::SystolicPressure:
      if (is_one_of(unit, {"", "mm[hg]", "mmhg"})) return q.value;
      if (unit == "kpa") return q.value * 7.50061683;
      return std::nullopt;
    case Parameter::Temperature:
      if (is_one_of(unit, {"cel", "c", "degc", "deg c", "°c", "℃"})) return q.value;
      if (is_one_of(unit, {"[degf]", "f", "degf", "deg f", "°f", "℉"})) return (q.value - 32) / 1.8;
      if (unit.empty() && q.value >= 25 && q.value <= 45) return q.value;  // can only be Celsius
      return std::nullopt;
    case Parameter::Oxygen:
    case Parameter::Consciousness:
      return std::nullopt;
  }
  return std::nullopt;
}

std::string_view chart_unit(Parameter parameter) {
  switch (parameter) {
    case Parameter::RespiratoryRate:
    case Parameter::Pulse:
      return "/min";
    case Parameter::Spo2:
      return "%";
    case Parameter::SystolicPressure:
      return "mm[Hg]";
    case Parameter::Temperature:
      return "Cel";
    default:
      return "";
  }
}

std::optional<Breathing> breathing_of(const json::object& element, Reading& reading) {
  if (const auto q = quantity(element)) {
    const std::string unit = lower(q->unit);
    reading.value = q->value;
    if (q->value < 0) return std::nullopt;
    if (has_code(element, kLoinc, kFlow) && is_one_of(unit, {"", "l/min", "lpm"})) {
      reading.unit = "L/min";
      return q->value > 0 ? Breathing::Oxygen : Breathing::Air;
    }
    if (has_code(element, kLoinc, kFractionOfOxygen) && is_one_of(unit, {"", "%", "1", "{fraction}"})) {
      const double percent = q->value <= 1.0 && unit != "%" ? q->value * 100 : q->value;
      reading.value = percent;
      reading.unit = "%";
      if (percent < 15 || percent > 100) return std::nullopt;
      return percent > 21.5 ? Breathing::Oxygen : Breathing::Air;
    }
    return std::nullopt;
  }
  for (const std::string& text : wordings(element))
    if (const auto b = parse_breathing(text)) {
      reading.text = text;
      return b;
    }
  return std::nullopt;
}

// Reads one element (an Observation or one of its components) as `parameter`; sets the part of `vitals` when
// usable.
Missing read_value(Parameter parameter, const json::object& element, Reading& reading, Vitals& vitals) {
  if (parameter == Parameter::Oxygen) {
    vitals.breathing = breathing_of(element, reading);
    return vitals.breathing ? Missing::NotMissing : Missing::NotUnderstood;
  }
  if (parameter == Parameter::Consciousness) {
    for (const std::string& text : wordings(element)) {
      reading.text = text;
      vitals.consciousness = parse_consciousness(text);
      if (vitals.consciousness) return Missing::NotMissing;
    }
    return reading.text.empty() ? Missing::NotRecorded : Missing::NotUnderstood;
  }
  const auto q = quantity(element);
  const auto value = q ? in_chart_unit(parameter, *q) : std::nullopt;
  if (!value) return q ? Missing::NotUnderstood : Missing::NotRecorded;
  reading.value = *value;
  reading.unit = chart_unit(parameter);
  if (!is_plausible(parameter, *value)) return Missing::Implausible;
  switch (parameter) {
    case Parameter::RespiratoryRate:
      vitals.respiratory_rate = value;
      break;
    case Parameter::Spo2:
      vitals.spo2 = value;
      break;
    case Parameter::SystolicPressure:
      vitals.systolic_pressure = value;
      break;
    case Parameter::Pulse:
      vitals.pulse = value;
      break;
    default:
      vitals.temperature = value;
  }
  return Missing::NotMissing;
}

struct Dated {
  const json::object* observation;
  Instant at;
};

std::optional<Instant> effective(const json::object& observation) {
  for (const std::string_view key : {"effectiveDateTime", "effectiveInstant", "issued"})
    if (const auto text = json::find_string(observation, key))
      if (const auto span = parse_fhir_time(*text)) return span->first;
  if (const json::object* period = json::find_object(observation, "effectivePeriod"))
    for (const std::string_view key : {"end", "start"})
      if (const auto text = json::find_string(*period, key))
        if (const auto span = parse_fhir_time(*text)) return span->first;
  return std::nullopt;
}

// Usable observations, newest first; of two with the same time the one given first.
std::vector<Dated> dated(std::span<const json::object> observations, Instant now) {
  std::vector<Dated> out;
  for (const json::object& o : observations) {
    const auto status = json::find_string(o, "status").value_or("");
    if (!is_one_of(status, {"final", "amended", "corrected", "preliminary"})) continue;
    if (const auto at = effective(o); at && *at <= now) out.push_back({&o, *at});
  }
  std::stable_sort(out.begin(), out.end(), [](const Dated& a, const Dated& b) { return a.at > b.at; });
  return out;
}

const json::object* element_for(const json::object& observation, Parameter parameter) {
  const auto carries = [parameter](const json::object& element) {
    return std::any_of(std::begin(kCodes), std::end(kCodes), [&](const CodeMeaning& m) {
      return m.parameter == parameter && has_code(element, kLoinc, m.code);
    });
  };
  if (carries(observation)) return &observation;
  if (const json::array* components = json::find_array(observation, "component"))
    for (const json::value& c : *components)
      if (c.is_object() && carries(c.get_object())) return &c.get_object();
  return nullptr;
}

Reading newest(Parameter parameter, std::span<const Dated> observations, Instant now, int64_t window_us,
               Vitals& vitals) {
  std::optional<Reading> unusable;
  for (const Dated& d : observations) {
    const json::object* element = element_for(*d.observation, parameter);
    if (!element) continue;
    Reading reading;
    reading.at = d.at;
    reading.reference = "Observation/" + std::string(json::find_string(*d.observation, "id").value_or(""));
    Vitals candidate = vitals;
    reading.missing = read_value(parameter, *element, reading, candidate);
    if (now - d.at > window_us) reading.missing = Missing::TooOld;
    if (reading.missing == Missing::NotMissing) {
      vitals = candidate;
      return reading;
    }
    if (!unusable) unusable = std::move(reading);
  }
  return unusable.value_or(Reading{});
}

void read_standing_facts(std::span<const Dated> observations, Instant now, Inputs& inputs) {
  bool scale_said = false, pregnancy_said = false;
  for (const Dated& d : observations) {
    const std::vector<std::string> words = wordings(*d.observation);
    if (!scale_said && has_code(*d.observation, kNews2System, "spo2-scale")) {
      const auto number = quantity(*d.observation);
      const bool two =
          (number && number->value == 2) ||
          std::any_of(words.begin(), words.end(), [](const auto& w) { return lower(w) == "scale-2"; });
      inputs.vitals.scale = two ? Spo2Scale::Two : Spo2Scale::One;
      inputs.scale_reference =
          "Observation/" + std::string(json::find_string(*d.observation, "id").value_or(""));
      scale_said = true;
    }
    if (!pregnancy_said && now - d.at <= kPregnancyUs && has_code(*d.observation, kLoinc, kPregnancyStatus)) {
      for (const std::string& word : words) {
        const std::string w = lower(word);
        if (is_one_of(w, {"77386006", "la15173-0", "pregnant"})) inputs.pregnancy = Pregnancy::Yes;
        if (is_one_of(w, {"60001007", "la26683-5", "not pregnant"})) inputs.pregnancy = Pregnancy::No;
      }
      pregnancy_said = true;
    }
  }
}

}  // namespace

std::optional<Consciousness> parse_consciousness(std::string_view text) {
  const std::string t = lower(text);
  if (is_one_of(t, {"a", "alert", "mentally alert", "awake", "248234008", "清醒", "意识清醒", "神志清楚"}))
    return Consciousness::Alert;
  if (is_one_of(t, {"c", "confusion", "confused", "new confusion", "acute confusion", "130987000", "意识模糊",
                    "新发意识模糊"}))
    return Consciousness::NewConfusion;
  if (is_one_of(t, {"v", "voice", "verbal", "responds to voice", "responsive to voice", "300202002",
                    "对声音有反应"}))
    return Consciousness::Voice;
  if (is_one_of(t, {"p", "pain", "responds to pain", "responsive to pain", "450847001", "对疼痛有反应"}))
    return Consciousness::Pain;
  if (is_one_of(t, {"u", "unresponsive", "422768004", "无反应"})) return Consciousness::Unresponsive;
  return std::nullopt;
}

std::optional<Breathing> parse_breathing(std::string_view text) {
  const std::string t = lower(text);
  if (is_one_of(t,
                {"air", "room air", "ra", "breathing room air", "722742002", "空气", "室内空气", "未吸氧"}))
    return Breathing::Air;
  if (is_one_of(t, {"oxygen", "o2", "on oxygen", "supplemental oxygen", "patient on oxygen", "371825009",
                    "吸氧", "氧气"}))
    return Breathing::Oxygen;
  return std::nullopt;
}

Inputs collect(std::span<const json::object> observations, Instant now, int64_t window_us) {
  Inputs inputs;
  const std::vector<Dated> usable = dated(observations, now);
  read_standing_facts(usable, now, inputs);
  for (const Parameter p : kParameters)
    inputs.readings[static_cast<size_t>(p)] = newest(p, usable, now, window_us, inputs.vitals);
  Reading& spo2 = inputs.readings[static_cast<size_t>(Parameter::Spo2)];
  if (inputs.vitals.spo2 && !score_spo2(*inputs.vitals.spo2, inputs.vitals.scale, inputs.vitals.breathing))
    spo2.missing = Missing::NeedsOxygen;
  return inputs;
}

}  // namespace xinglin::early_warning
