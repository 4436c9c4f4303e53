// OBX to Observation, after the sheet OBX[Observation] and those of the value types.
#include <algorithm>

#include "base/json_text.h"
#include "codec/hl7v2/detail/mapper.h"

namespace xinglin::hl7v2 {
namespace {

constexpr int kValue = 5, kUnits = 6, kRange = 7;

// "10^9/L" written without escaping the component separator arrives as two components.
std::string unit_text(const Repetition& units) {
  const std::string first = units.component(1).str(), second = units.component(2).str();
  if ((first == "10" || first == "x10") && second.size() > 1 && second[0] >= '0' && second[0] <= '9')
    return "10*" + second;
  return first;
}

// CWE[Quantity]: unit as written, code when it is UCUM or has a known UCUM equivalent.
json::object quantity(std::string_view value, const Field& units) {
  json::object out;
  json::put_decimal(out, "value", value);
  const Repetition first = units.first();
  const std::string code = unit_text(first), text = first.component(2).str();
  const bool split = code.starts_with("10*");
  const std::string shown = text.empty() || split ? code : text;
  put(out, "unit", shown.empty() ? text : shown);
  std::optional<std::string_view> ucum;
  if (first.component(3).str() == "UCUM" && !code.empty()) ucum = code;
  if (!ucum) ucum = tables::ucum(code);
  if (!ucum) ucum = tables::ucum(text);
  if (ucum) {
    out["system"] = tables::kUcum;
    out["code"] = *ucum;
  }
  return out;
}

// FHIR knows four comparators; "=" is the absence of one.
bool is_comparator(std::string_view text) {
  return text == "<" || text == "<=" || text == ">" || text == ">=";
}

size_t comparator_length(std::string_view text) {
  if (text.starts_with("<=") || text.starts_with(">=")) return 2;
  return text.starts_with('<') || text.starts_with('>') ? 1 : 0;
}

class Valuer {
public:
  Valuer(Mapper& m, const Segment& obx) : m_(m), obx_(obx), type_(obx.field(2).str()) {}

  // Writes value[x] of one repetition into `out`; false when the type holds nothing an Observation can show.
  bool put_value(const Repetition& value, int n, json::object& out) {
    const Location at = obx_.at(kValue, n);
    if (type_ == "NM") return put_number(value, at, out);
    if (type_ == "SN") return put_structured(value, at, out);
    if (type_ == "CE" || type_ == "CWE" || type_ == "CNE" || type_ == "CF" || type_ == "IS" ||
        type_ == "ID") {
      put(out, "valueCodeableConcept", m_.codeable_concept(value));
    } else if (type_ == "ST" || type_ == "TX" || type_ == "FT" || type_ == "VR") {
      put(out, "valueString", value.str());
    } else if (type_ == "DT" || type_ == "TS" || type_ == "DTM") {
      put(out, "valueDateTime", m_.time(value.component(1), at));
    } else if (type_ == "TM") {
      put(out, "valueTime", m_.time_of_day(value.component(1), at));
    } else if (type_ == "NR") {
      put_range(value.component(1), value.component(2), at, out);
    } else if (type_ == "DR") {
      json::object period;
      put(period, "start", m_.time(value.component(1), at));
      put(period, "end", m_.time(value.component(2), at));
      put(out, "valuePeriod", std::move(period));
    } else {
      return false;
    }
    return true;
  }

  bool is_text() const { return type_ == "ST" || type_ == "TX" || type_ == "FT"; }
  const std::string& type() const { return type_; }

  // Known to the standard, though some are not shown here; others are an error.
  bool known() const {
    static constexpr std::string_view kTypes[] = {
        "NM", "SN", "CE", "CWE", "CNE", "CF", "IS", "ID", "ST", "TX",  "FT",  "VR",  "DT",  "TS",  "DTM",
        "TM", "NR", "DR", "ED",  "RP",  "NA", "MA", "EI", "CX", "XCN", "XPN", "XAD", "XTN", "XON", "PN",
        "CN", "CK", "MO", "CP",  "PL",  "AD", "TN", "CQ", "MF", "SI",  "XCN", "HD",  "NDL", "RI",  "SPS"};
    return std::find(std::begin(kTypes), std::end(kTypes), type_) != std::end(kTypes);
  }

private:
  std::optional<std::string> checked(std::string_view text, const Location& at) {
    auto value = number(text);
    if (!value) m_.error("value", at, "not a number (type NM)");
    return value;
  }

  bool put_number(const Repetition& value, const Location& at, json::object& out) {
    const std::string all = value.str();
    const size_t sign = comparator_length(all);
    const size_t figures = all.find_first_not_of(' ', sign);
    const auto n = checked(figures == std::string::npos ? "" : std::string_view(all).substr(figures), at);
    if (!n) return true;
    json::object q = quantity(*n, obx_.field(kUnits));
    if (sign > 0) {
      m_.warning("value", at, "a comparator in an NM value; SN is the type for it");
      q["comparator"] = all.substr(0, sign);
    }
    out["valueQuantity"] = std::move(q);
    return true;
  }

  void put_range(const Text& low, const Text& high, const Location& at, json::object& out) {
    json::object range;
    if (low.has_value())
      if (const auto n = checked(low.str(), at)) range["low"] = quantity(*n, obx_.field(kUnits));
    if (high.has_value())
      if (const auto n = checked(high.str(), at)) range["high"] = quantity(*n, obx_.field(kUnits));
    put(out, "valueRange", std::move(range));
  }

  // SN: comparator, number, separator or suffix, number.
  bool put_structured(const Repetition& value, const Location& at, json::object& out) {
    const std::string comparator = value.component(1).str(), separator = value.component(3).str();
    const Component first = value.component(2), second = value.component(4);
    if (comparator == "<>" || separator == "+" || !first.has_value()) {
      std::string text;
      for (int n = 1; n <= 4; ++n) {
        const std::string part = value.component(n).str();
        if (!part.empty()) text += (text.empty() ? "" : " ") + part;
      }
      put(out, "valueString",
          text + (obx_.field(kUnits).has_value() ? " " + obx_.field(kUnits).component(1).str() : ""));
      return true;
    }
    if (separator == "-") {
      put_range(first, second, at, out);
      return true;
    }
    const auto n = checked(first.str(), at);
    if (!n) return true;
    json::object q = quantity(*n, obx_.field(kUnits));
    if (is_comparator(comparator))
      q["comparator"] = comparator;
    else if (!comparator.empty() && comparator != "=")
      m_.error("code-invalid", at, "not a comparator of SN");
    if ((separator == ":" || separator == "/") && second.has_value()) {
      const auto d = checked(second.str(), at);
      json::object denominator;
      if (d) json::put_decimal(denominator, "value", *d);
      if (d)
        out["valueRatio"] =
            json::object{{"numerator", std::move(q)}, {"denominator", std::move(denominator)}};
    } else {
      out["valueQuantity"] = std::move(q);
    }
    return true;
  }

  Mapper& m_;
  const Segment& obx_;
  std::string type_;
};

json::object absent(std::string_view code) {
  return concept_of(tables::kAbsentReason, code);
}

void map_value(Mapper& m, const Segment& obx, const json::object& code, json::object& out) {
  Valuer valuer(m, obx);
  const std::string status = obx.field(11).str();
  const std::vector<Repetition> values = obx.field(kValue).repetitions();
  const bool any =
      std::any_of(values.begin(), values.end(), [](const Repetition& r) { return r.has_value(); });
  if (!any) {
    if (status == "X")
      out["dataAbsentReason"] = absent("not-performed");
    else if (status == "N")
      out["dataAbsentReason"] = absent("not-asked");
    else
      out["dataAbsentReason"] = absent("unknown");
    return;
  }
  if (valuer.type().empty()) {
    m.error("required", obx.at(2), "a value needs its type (OBX-2)");
    return;
  }
  if (!valuer.known()) {
    m.error("code-invalid", obx.at(2), "not a value type of table 0125");
    return;
  }
  if (valuer.is_text()) {  // repetitions of text are its lines
    std::string text;
    for (const Repetition& r : values) text += (text.empty() ? "" : "\n") + r.str();
    put(out, "valueString", text);
    return;
  }
  bool shown = true;
  if (values.size() == 1) {
    shown = valuer.put_value(values[0], 1, out);
  } else {
    json::array components;
    for (size_t i = 0; i < values.size(); ++i) {
      json::object component{{"code", code}};
      shown = valuer.put_value(values[i], static_cast<int>(i) + 1, component) && shown;
      components.push_back(std::move(component));
    }
    if (shown) out["component"] = std::move(components);
  }
  if (!shown) {
    m.warning("not-supported", obx.at(2), "values of this type are kept in the message only");
    out["dataAbsentReason"] = absent("unsupported");
  }
}

// OBX-7 as it is written by laboratories: "3.9-6.1", "3.9 ~ 6.1", "<5.2", ">= 60"; the text always stays.
struct Range {
  std::optional<std::string> low, high;
};
Range parse_range(std::string text) {
  text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
  const std::string_view all = text;
  if (const size_t sign = comparator_length(all); sign > 0) {
    const auto n = number(all.substr(sign));
    return all[0] == '<' ? Range{std::nullopt, n} : Range{n, std::nullopt};
  }
  for (const std::string_view dash : {"--", "-", "\u2013", "\u2014", "\uFF5E", "~"}) {
    const size_t at = all.find(dash, 1);
    if (at == std::string_view::npos) continue;
    Range out{number(all.substr(0, at)), number(all.substr(at + dash.size()))};
    if (out.low && out.high) return out;
  }
  return {};
}

void map_reference_range(const Segment& obx, json::object& out) {
  const std::string text = obx.field(kRange).str();
  if (text.empty()) return;
  const Range range = parse_range(text);
  json::object element;
  if (range.low) element["low"] = quantity(*range.low, obx.field(kUnits));
  if (range.high) element["high"] = quantity(*range.high, obx.field(kUnits));
  element["text"] = text;
  out["referenceRange"] = json::array{std::move(element)};
}

void map_interpretation(Mapper& m, const Segment& obx, json::object& out) {
  json::array flags;
  int n = 0;
  for (const Repetition& flag : obx.field(8).repetitions()) {
    ++n;
    const std::string code = flag.component(1).str();
    if (code.empty()) continue;
    if (const auto known = tables::interpretation(code)) {
      flags.push_back(concept_of(tables::kInterpretation, known->code, known->display));
    } else {
      m.warning("code-invalid", obx.at(8, n), "not an interpretation code of table 0078");
      flags.push_back(m.concept_of_table(flag, "http://terminology.hl7.org/CodeSystem/v2-0078"));
    }
  }
  put(out, "interpretation", std::move(flags));
}

void map_status(Mapper& m, const Segment& obx, json::object& out) {
  const std::string key = obx.field(11).str();
  const auto status = tables::observation_status(key);
  if (!status && key.empty())
    m.warning("required", obx.at(11), "no result status; recorded as unknown");
  else if (!status)
    m.error("code-invalid", obx.at(11), "not a result status of table 0085");
  out["status"] = status.value_or("unknown");
}

void map_category(const Segment& obx, const ObservationContext& context, json::object& out) {
  std::string_view category, display;
  for (const int triplet : {1, 4, 10}) {
    const Repetition code = obx.field(3).first();
    if (code.component(triplet + 2).str() == "LN" && tables::is_vital_sign(code.component(triplet).str()))
      category = "vital-signs", display = "Vital Signs";
  }
  if (category.empty() && context.obr) {
    const std::string section = context.obr->field(24).str();
    if (section.empty() || tables::is_laboratory_section(section))
      category = "laboratory", display = "Laboratory";
    else if (tables::is_imaging_section(section))
      category = "imaging", display = "Imaging";
  }
  if (!category.empty())
    out["category"] = json::array{concept_of(tables::kObservationCategory, category, display)};
}

void map_who_and_how(Mapper& m, const Segment& obx, json::object& out) {
  json::array performers;
  for (const Repetition& xcn : obx.field(16).repetitions())
    if (json::object who = m.practitioner(xcn); !who.empty()) performers.push_back(std::move(who));
  if (const std::string organization = obx.field(23).component(1).str(); !organization.empty())
    performers.push_back(json::object{{"type", "Organization"}, {"display", organization}});
  put(out, "performer", std::move(performers));
  put(out, "method", m.codeable_concept(obx.field(17).first()));
  put(out, "bodySite", m.codeable_concept(obx.field(20).first()));
  if (const OrderNumber device = m.order_number(obx.field(18).first()); !device.empty()) {
    json::object id;
    put(id, "system", device.system);
    id["value"] = device.value;
    out["device"] = json::object{{"type", "Device"}, {"identifier", std::move(id)}};
  }
}

}  // namespace

MappedResource map_observation(Mapper& m, const Segment& obx, const ObservationContext& context) {
  MappedResource out;
  out.type = "Observation";
  out.where = obx.at(0).str();
  json::object& o = out.resource;
  o["resourceType"] = "Observation";
  json::object code = m.codeable_concept(obx.field(3).first());
  if (code.empty()) m.error("required", obx.at(3, 1, 1), "a result needs its code (OBX-3)");
  o["id"] = nullptr;  // set last; keeps its place at the head
  if (const OrderNumber instance = m.order_number(obx.field(21).first()); !instance.empty()) {
    json::object id;
    put(id, "system", instance.system);
    id["value"] = instance.value;
    o["identifier"] = json::array{std::move(id)};
  }
  put(o, "basedOn", context.based_on);
  map_status(m, obx, o);
  map_category(obx, context, o);
  o["code"] = code;
  if (!context.encounter_id.empty())
    o["encounter"] = json::object{{"reference", "Encounter/" + context.encounter_id}};
  std::string effective = m.time(obx.field(14).component(1), obx.at(14));
  if (effective.empty()) effective = context.effective;
  put(o, "effectiveDateTime", effective);
  map_who_and_how(m, obx, o);
  map_value(m, obx, code, o);
  map_interpretation(m, obx, o);
  map_reference_range(obx, o);
  const std::string name = obx.field(3).component(1).str();
  // Without an order number only patient and time tell one measurement from the next.
  out.id = Mapper::stable_id({"Observation", context.order_key,
                              name.empty() ? obx.field(3).component(2).str() : name,
                              obx.field(3).component(3).str(), obx.field(4).str(),
                              context.order_key.starts_with("order:") ? std::string() : effective});
  o["id"] = out.id;
  return out;
}

}  // namespace xinglin::hl7v2
