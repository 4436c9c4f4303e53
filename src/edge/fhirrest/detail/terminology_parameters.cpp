#include "edge/fhirrest/detail/terminology_parameters.h"

#include <charconv>

namespace xinglin::fhirrest::detail {

using terminology::Coding;

Parameters& Parameters::add(std::string_view name, std::string_view type, json::value value) {
  list_.push_back(json::object{{"name", name}, {type, std::move(value)}});
  return *this;
}

Parameters& Parameters::add_text(std::string_view name, std::string_view text) {
  return text.empty() ? *this : add(name, "valueString", json::value(text));
}

Parameters& Parameters::add_parts(std::string_view name, Parameters parts) {
  list_.push_back(json::object{{"name", name}, {"part", std::move(parts.list_)}});
  return *this;
}

OperationAnswer Parameters::answer() && {
  OperationAnswer out;
  out.body = {{"resourceType", "Parameters"}, {"parameter", std::move(list_)}};
  return out;
}

json::object coding_json(const Coding& coding) {
  json::object out;
  if (!coding.system.empty()) out["system"] = coding.system;
  if (!coding.version.empty()) out["version"] = coding.version;
  if (!coding.code.empty()) out["code"] = coding.code;
  if (!coding.display.empty()) out["display"] = coding.display;
  return out;
}

Coding coding_of(const json::object& object) {
  const auto text = [&object](std::string_view key) {
    return std::string(json::find_string(object, key).value_or(""));
  };
  return {text("system"), text("version"), text("code"), text("display")};
}

Result<std::vector<Coding>> codings_of(const OperationCall& call, std::string_view default_system,
                                       std::string_view version_name) {
  std::vector<Coding> out;
  if (const auto code = call.text("code"))
    out.push_back({call.text("system").value_or(std::string(default_system)),
                   call.text(version_name).value_or(""), *code, call.text("display").value_or("")});
  if (const json::value* value = call.value("coding"); value && value->is_object())
    out.push_back(coding_of(value->get_object()));
  else if (const auto token = call.text("coding")) {
    const size_t bar = token->find('|');
    if (bar == std::string::npos) return Error(terminology::kBadRequest, "coding is given as system|code");
    out.push_back({token->substr(0, bar), {}, token->substr(bar + 1), {}});
  }
  if (const json::value* value = call.value("codeableConcept"); value && value->is_object())
    if (const json::array* list = json::find_array(value->get_object(), "coding"))
      for (const json::value& item : *list)
        if (item.is_object()) out.push_back(coding_of(item.get_object()));
  for (Coding& coding : out) {
    if (coding.system.empty()) coding.system = default_system;
    if (coding.code.empty()) return Error(terminology::kBadRequest, "a coding without a code");
  }
  if (out.empty())
    return Error(terminology::kBadRequest, "one of code (with system), coding or codeableConcept is needed");
  return out;
}

Result<std::string> subject_of(const OperationCall& call, const terminology::Terminology& terminology,
                               terminology::Kind kind, std::string_view url_name,
                               std::string_view version_name) {
  if (!call.id.empty()) {
    auto url = terminology.url_of(kind, call.id);
    if (!url) return Error(errors::kNotFound, call.type + "/" + call.id + " is not here, or has no url");
    return std::move(*url);
  }
  std::string url = call.text(url_name).value_or("");
  if (const auto version = call.text(version_name);
      version && !url.empty() && url.find('|') == std::string::npos)
    url += "|" + *version;
  return url;
}

Result<std::optional<int64_t>> number_of(const OperationCall& call, std::string_view name) {
  const auto text = call.text(name);
  if (!text) return std::optional<int64_t>();
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size() || number < 0)
    return Error(terminology::kBadRequest, std::string(name) + " is a whole number from 0");
  return std::optional<int64_t>(number);
}

Result<bool> flag_of(const OperationCall& call, std::string_view name) {
  const auto text = call.text(name);
  if (text && *text != "true" && *text != "false")
    return Error(terminology::kBadRequest, std::string(name) + " is true or false");
  return text == "true";
}

std::string language_of(const OperationCall& call) {
  if (const auto given = call.text("displayLanguage")) return *given;
  const std::string accepted(call.request.header("accept-language"));
  const std::string first = accepted.substr(0, accepted.find_first_of(",;"));
  return first == "*" ? std::string() : first;
}

}  // namespace xinglin::fhirrest::detail
