#include "edge/fhirrest/operations.h"

#include "base/json_text.h"

namespace xinglin::fhirrest {
namespace {

std::vector<const json::object*> parts_named(const json::object& parameters, std::string_view name) {
  std::vector<const json::object*> out;
  if (const json::array* parts = json::find_array(parameters, "parameter"))
    for (const json::value& part : *parts)
      if (part.is_object() && json::find_string(part.get_object(), "name") == name)
        out.push_back(&part.get_object());
  return out;
}

std::optional<std::string> as_text(const json::value& value) {
  if (value.is_string()) return std::string(std::string_view(value.get_string()));
  if (value.is_object() || value.is_array() || value.is_null()) return std::nullopt;
  return json::serialize(value);
}

const json::value* value_of(const json::object& part) {
  for (const auto& member : part)
    if (std::string_view(member.key()).starts_with("value")) return &member.value();
  return nullptr;
}

}  // namespace

std::vector<std::string> OperationCall::texts(std::string_view name) const {
  std::vector<std::string> out;
  for (const http::Parameter& given : request.query)
    if (given.name == name) out.push_back(given.value);
  for (const json::object* part : parts_named(parameters, name)) {
    const json::value* value = value_of(*part);
    if (std::optional<std::string> text = value ? as_text(*value) : std::nullopt)
      out.push_back(std::move(*text));
  }
  return out;
}

std::optional<std::string> OperationCall::text(std::string_view name) const {
  std::vector<std::string> all = texts(name);
  if (all.empty()) return std::nullopt;
  return std::move(all.front());
}

const json::object* OperationCall::parameter(std::string_view name) const {
  const std::vector<const json::object*> parts = parts_named(parameters, name);
  return parts.empty() ? nullptr : parts.front();
}

const json::value* OperationCall::value(std::string_view name) const {
  const json::object* part = parameter(name);
  return part ? value_of(*part) : nullptr;
}

const json::object* OperationCall::resource_parameter(std::string_view name) const {
  if (const json::object* part = parameter(name)) return json::find_object(*part, "resource");
  return name == "resource" && resource ? &*resource : nullptr;
}

}  // namespace xinglin::fhirrest
