#include "codec/fhir/build.h"

namespace xinglin::fhir {
namespace {

void put(json::object& object, std::string_view key, std::string_view value) {
  if (!value.empty()) object[key] = value;
}

}  // namespace

json::object coding(std::string_view system, std::string_view code, std::string_view display) {
  json::object out;
  put(out, "system", system);
  put(out, "code", code);
  put(out, "display", display);
  return out;
}

json::object concept_of(std::string_view system, std::string_view code, std::string_view display,
                        std::string_view text) {
  return concept_of({coding(system, code, display)}, text.empty() ? display : text);
}

json::object concept_of(std::initializer_list<json::object> codings, std::string_view text) {
  json::array list;
  for (const json::object& c : codings) list.push_back(c);
  json::object out;
  if (!list.empty()) out["coding"] = std::move(list);
  put(out, "text", text);
  return out;
}

json::object concept_text(std::string_view text) {
  json::object out;
  put(out, "text", text);
  return out;
}

json::object quantity(double value, std::string_view unit, std::string_view code) {
  return quantity(value, unit, kUcum, code);
}

json::object quantity(double value, std::string_view unit, std::string_view system, std::string_view code) {
  json::object out;
  out["value"] = value;
  put(out, "unit", unit);
  if (!code.empty()) {
    put(out, "system", system);
    out["code"] = code;
  }
  return out;
}

json::object reference(std::string_view type, std::string_view id, std::string_view display) {
  return reference_to(std::string(type).append("/").append(id), display);
}

json::object reference_to(std::string_view type_slash_id, std::string_view display) {
  json::object out;
  out["reference"] = type_slash_id;
  put(out, "display", display);
  return out;
}

json::object reference_by_identifier(std::string_view type, json::object identifier,
                                     std::string_view display) {
  json::object out;
  put(out, "type", type);
  out["identifier"] = std::move(identifier);
  put(out, "display", display);
  return out;
}

json::object identifier(std::string_view system, std::string_view value, std::string_view use) {
  json::object out;
  put(out, "use", use);
  put(out, "system", system);
  put(out, "value", value);
  return out;
}

json::object human_name(std::string_view family, std::initializer_list<std::string_view> given,
                        std::string_view text, std::string_view use) {
  json::object out;
  put(out, "use", use);
  put(out, "text", text);
  put(out, "family", family);
  for (const std::string_view name : given)
    if (!name.empty()) append(out, "given", json::value(name));
  return out;
}

json::object period(std::string_view start, std::string_view end) {
  json::object out;
  put(out, "start", start);
  put(out, "end", end);
  return out;
}

json::object annotation(std::string_view text, Instant time) {
  json::object out;
  out["time"] = format_rfc3339(time);
  out["text"] = text;
  return out;
}

json::object resource(std::string_view type) {
  json::object out;
  out["resourceType"] = type;
  return out;
}

void append(json::object& object, std::string_view key, json::value value) {
  json::value& list = object[key];
  if (!list.is_array()) list = json::array{};
  list.get_array().push_back(std::move(value));
}

}  // namespace xinglin::fhir
