#include "core/record/tests/oracle.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <sstream>

namespace xinglin::record::oracle {
namespace {

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, at);) out.push_back(part);
  if (text.empty() || text.back() == at) out.emplace_back();
  return out;
}

void collect(const json::value& value, const std::vector<std::string>& steps, size_t at,
             std::vector<json::value>& out) {
  if (value.is_array()) {
    for (const json::value& item : value.get_array()) collect(item, steps, at, out);
  } else if (at == steps.size()) {
    out.push_back(value);
  } else if (value.is_object() && value.get_object().contains(steps[at])) {
    collect(value.get_object().at(steps[at]), steps, at + 1, out);
  }
}

std::string member(const json::value& value, const char* key) {
  const auto text = value.is_object() ? json::find_string(value.get_object(), key) : std::nullopt;
  return std::string(text.value_or(""));
}

struct Coded {
  std::string system, code;
};

std::vector<Coded> coded(const json::value& value, Kind kind) {
  if (value.is_bool()) return {{"", value.get_bool() ? "true" : "false"}};
  if (value.is_string()) return {{"", std::string(std::string_view(value.get_string()))}};
  if (kind == Kind::Contact) return {{"", member(value, "value")}};
  std::vector<Coded> out;
  if (value.as_object().contains("coding")) {
    for (const json::value& c : value.as_object().at("coding").as_array())
      out.push_back({member(c, "system"), member(c, "code")});
  } else if (value.as_object().contains("value")) {
    out.push_back({member(value, "system"), member(value, "value")});
  } else if (value.as_object().contains("code")) {
    out.push_back({member(value, "system"), member(value, "code")});
  }
  std::erase_if(out, [](const Coded& c) { return c.code.empty(); });
  return out;
}

bool token(const json::value& value, Kind kind, const std::string& wanted) {
  for (const Coded& have : coded(value, kind)) {
    const size_t bar = wanted.find('|');
    if (bar == std::string::npos) {
      if (have.code == wanted) return true;
    } else {
      const std::string system = wanted.substr(0, bar), code = wanted.substr(bar + 1);
      if (have.system == system && (code.empty() || have.code == code)) return true;
    }
  }
  return false;
}

struct Span {
  int64_t low = std::numeric_limits<int64_t>::min(), high = std::numeric_limits<int64_t>::max();
};

bool span_of(const json::value& value, Span& out) {
  if (value.is_string()) {
    const auto t = parse_fhir_time(std::string_view(value.get_string()));
    if (t) out = {t->first.us, t->last.us};
    return t.has_value();
  }
  const std::string start = member(value, "start"), end = member(value, "end");
  if (!start.empty()) out.low = parse_fhir_time(start)->first.us;
  if (!end.empty()) out.high = parse_fhir_time(end)->last.us;
  return !start.empty() || !end.empty();
}

std::string take_prefix(std::string& text) {
  for (const char* p : {"eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"}) {
    if (text.rfind(p, 0) != 0) continue;
    text.erase(0, 2);
    return p;
  }
  return "eq";
}

bool date(const json::value& value, std::string wanted, Instant now) {
  const std::string prefix = take_prefix(wanted);
  Span have, want;
  if (!span_of(value, have) || !span_of(json::value(wanted), want)) return false;
  const bool contained = have.low >= want.low && have.high <= want.high;
  if (prefix == "eq") return contained;
  if (prefix == "ne") return !contained;
  if (prefix == "gt") return have.high > want.high;
  if (prefix == "lt") return have.low < want.low;
  if (prefix == "ge") return have.high > want.high || contained;
  if (prefix == "le") return have.low < want.low || contained;
  if (prefix == "sa") return have.low >= want.high;
  if (prefix == "eb") return have.high <= want.low;
  const int64_t gap = now.us < want.low ? want.low - now.us : now.us > want.high ? now.us - want.high : 0;
  return have.low < want.high + gap / 10 && have.high > want.low - gap / 10;
}

bool number(const json::value& value, std::string wanted) {
  const std::vector<std::string> parts = split(wanted, '|');
  std::string text = parts[0];
  const std::string prefix = take_prefix(text);
  double have = 0;
  if (value.is_object()) {
    if (!value.get_object().contains("value")) return false;
    have = value.get_object().at("value").to_number<double>();
    if (parts.size() == 3 && !parts[1].empty() &&
        (member(value, "system") != parts[1] || member(value, "code") != parts[2]))
      return false;
    if (parts.size() == 3 && parts[1].empty() && member(value, "code") != parts[2] &&
        member(value, "unit") != parts[2])
      return false;
  } else {
    have = value.to_number<double>();
  }
  const double want = std::stod(text);
  const size_t point = text.find('.');
  const double unit =
      point == std::string::npos ? 1.0 : std::pow(10.0, -static_cast<double>(text.size() - point - 1));
  // The bounds of the written precision are decimals; what is a hair beside one lies on it.
  const double hair = 1e-9 * std::max(1.0, std::fabs(want));
  const bool same = have >= want - unit / 2 - hair && have < want + unit / 2 - hair;
  if (prefix == "eq") return same;
  if (prefix == "ne") return !same;
  if (prefix == "gt" || prefix == "sa") return have > want;
  if (prefix == "lt" || prefix == "eb") return have < want;
  if (prefix == "ge") return have >= want;
  if (prefix == "le") return have <= want;
  return have >= want - std::fabs(want) * 0.1 && have <= want + std::fabs(want) * 0.1;
}

// Lower case without accents, for the letters the generated names use.
std::string folded(std::string text) {
  static const std::map<std::string, std::string> kLetters{{"é", "e"}, {"É", "e"}, {"ü", "u"},
                                                           {"Ü", "u"}, {"ø", "o"}, {"Ø", "o"}};
  for (const auto& [from, to] : kLetters)
    for (size_t at = text.find(from); at != std::string::npos; at = text.find(from))
      text.replace(at, from.size(), to);
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::vector<std::string> texts(const json::value& value) {
  std::vector<std::string> out;
  if (value.is_string()) out.emplace_back(std::string_view(value.get_string()));
  if (value.is_object())
    for (const char* part : {"text", "family", "given", "prefix", "suffix", "line", "city", "district",
                             "state", "postalCode", "country"}) {
      std::vector<json::value> found;
      collect(value, {part}, 0, found);
      for (const json::value& v : found) out.emplace_back(std::string_view(v.as_string()));
    }
  return out;
}

bool string(const json::value& value, const std::string& modifier, const std::string& wanted) {
  for (const std::string& have : texts(value)) {
    if (modifier == "exact"      ? have == wanted
        : modifier == "contains" ? folded(have).find(folded(wanted)) != std::string::npos
                                 : folded(have).rfind(folded(wanted), 0) == 0)
      return true;
  }
  return false;
}

bool reference(const json::value& value, const std::string& name, const std::string& modifier,
               const std::string& wanted) {
  const std::string have = member(value, "reference");
  if (name == "patient" && have.rfind("Patient/", 0) != 0) return false;
  if (!modifier.empty() && modifier != "missing" && have != modifier + "/" + wanted && have != wanted)
    return false;
  return have == wanted || (have.size() > wanted.size() && have.ends_with("/" + wanted));
}

bool one_matches(const json::value& value, const Param& param, const std::string& modifier,
                 const std::string& wanted, Instant now) {
  switch (param.kind) {
    case Kind::Token:
    case Kind::Contact:
      return token(value, param.kind, wanted);
    case Kind::Reference:
      return reference(value, param.name, modifier, wanted);
    case Kind::Date:
      return date(value, wanted, now);
    case Kind::String:
      return string(value, modifier, wanted);
    case Kind::Quantity:
    case Kind::Number:
      return number(value, wanted);
  }
  return false;
}

bool counts(const json::value& value, const Param& param) {
  Span ignored;
  switch (param.kind) {
    case Kind::Token:
    case Kind::Contact:
      return !coded(value, param.kind).empty();
    case Kind::Reference:
      return !member(value, "reference").empty() &&
             (param.name != "patient" || member(value, "reference").rfind("Patient/", 0) == 0);
    case Kind::Date:
      return span_of(value, ignored);
    case Kind::String:
      return !texts(value).empty();
    case Kind::Quantity:
      return value.as_object().contains("value");
    case Kind::Number:
      return true;
  }
  return false;
}

// Whether the element is there, whatever it says.
bool is_there(const json::value& value, const Param& param) {
  return param.name != "patient" || member(value, "reference").rfind("Patient/", 0) == 0;
}

std::string ordered(double number) {
  const std::string digits = std::to_string(static_cast<long long>(number * 1000) + 1'000'000'000'000LL);
  return std::string(20 - digits.size(), '0') + digits;
}

}  // namespace

std::vector<json::value> values(const json::object& resource, const Param& param) {
  std::vector<json::value> out;
  for (const std::string& path : param.paths) collect(resource, split(path, '.'), 0, out);
  return out;
}

bool matches(const json::object& resource, const Param& param, const std::string& modifier,
             const std::string& value, Instant now) {
  const std::vector<json::value> have = values(resource, param);
  if (modifier == "missing") {
    const bool there =
        std::any_of(have.begin(), have.end(), [&](const json::value& v) { return is_there(v, param); });
    return there == (value == "false");
  }
  bool any = false;
  for (const std::string& wanted : split(value, ','))
    for (const json::value& v : have) any = any || one_matches(v, param, modifier, wanted, now);
  return modifier == "not" ? !any : any;
}

bool value_matches(const json::value& value, const Param& param, const std::string& modifier,
                   const std::string& wanted, Instant now) {
  return one_matches(value, param, modifier, wanted, now);
}

std::string sort_key(const json::object& resource, const Param& param, bool greatest) {
  return sort_key(values(resource, param), param, greatest);
}

std::string sort_key(const std::vector<json::value>& values, const Param& param, bool greatest) {
  std::vector<std::string> keys;
  for (const json::value& value : values) {
    Span span;
    if (param.kind == Kind::Date && span_of(value, span))
      keys.push_back(std::to_string(span.low / 2 + 5'000'000'000'000'000'000LL));
    if (param.kind == Kind::Token || param.kind == Kind::Contact)
      for (const Coded& c : coded(value, param.kind)) keys.push_back(c.code);
    if (param.kind == Kind::String)
      for (const std::string& t : texts(value)) keys.push_back(folded(t));
    if (param.kind == Kind::Reference && counts(value, param)) keys.push_back(member(value, "reference"));
    if (param.kind == Kind::Quantity && counts(value, param))
      keys.push_back(ordered(value.as_object().at("value").to_number<double>()));
    if (param.kind == Kind::Number) keys.push_back(ordered(value.to_number<double>()));
  }
  if (keys.empty()) return {};
  return greatest ? *std::max_element(keys.begin(), keys.end()) : *std::min_element(keys.begin(), keys.end());
}

const std::vector<Param>& params_of(const std::string& type) {
  using enum Kind;
  static const std::map<std::string, std::vector<Param>> kAll{
      {"Patient",
       {{"identifier", Token, {"identifier"}},
        {"gender", Token, {"gender"}},
        {"active", Token, {"active"}},
        {"name", String, {"name"}},
        {"family", String, {"name.family"}},
        {"given", String, {"name.given"}},
        {"address", String, {"address"}},
        {"address-city", String, {"address.city"}},
        {"birthdate", Date, {"birthDate"}},
        {"death-date", Date, {"deceasedDateTime"}},
        {"telecom", Contact, {"telecom"}}}},
      {"Encounter",
       {{"status", Token, {"status"}},
        {"class", Token, {"class"}},
        {"date", Date, {"period"}},
        {"subject", Reference, {"subject"}},
        {"patient", Reference, {"subject"}},
        {"location", Reference, {"location.location"}},
        {"location-period", Date, {"location.period"}}}},
      {"Observation",
       {{"status", Token, {"status"}},
        {"code", Token, {"code"}},
        {"category", Token, {"category"}},
        {"identifier", Token, {"identifier"}},
        {"subject", Reference, {"subject"}},
        {"patient", Reference, {"subject"}},
        {"encounter", Reference, {"encounter"}},
        {"date", Date, {"effectiveDateTime", "effectivePeriod", "effectiveInstant"}},
        {"value-quantity", Quantity, {"valueQuantity"}},
        {"value-string", String, {"valueString"}},
        {"component-code", Token, {"component.code"}},
        {"component-value-quantity", Quantity, {"component.valueQuantity"}}}},
      {"Task",
       {{"status", Token, {"status"}},
        {"priority", Token, {"priority"}},
        {"owner", Reference, {"owner"}},
        {"focus", Reference, {"focus"}},
        {"patient", Reference, {"for"}},
        {"authored-on", Date, {"authoredOn"}},
        {"modified", Date, {"lastModified"}},
        {"period", Date, {"executionPeriod"}}}},
      {"RiskAssessment",
       {{"risk", Token, {"prediction.qualitativeRisk"}},
        {"probability", Number, {"prediction.probabilityDecimal"}},
        {"date", Date, {"occurrenceDateTime"}},
        {"subject", Reference, {"subject"}}}},
      {"ImagingStudy",
       {{"status", Token, {"status"}},
        {"modality", Token, {"series.modality"}},
        {"series", Token, {"series.uid"}},
        {"started", Date, {"started"}},
        {"patient", Reference, {"subject"}}}}};
  return kAll.at(type);
}

}  // namespace xinglin::record::oracle
