#include <algorithm>

#include "codec/fhir/build.h"
#include "edge/fhirrest/detail/interactions.h"

namespace xinglin::fhirrest::detail {
namespace {

json::array codes(std::initializer_list<const char*> list) {
  json::array out;
  for (const char* code : list) out.push_back(json::object{{"code", code}});
  return out;
}

json::object operation_entry(const Operation& row) {
  return {{"name", row.name}, {"definition", row.definition}, {"documentation", row.prose}};
}

bool is_offered_for(const Operation& row, std::string_view type) {
  return (row.on_type || row.on_instance) &&
         (row.types.empty() || std::find(row.types.begin(), row.types.end(), type) != row.types.end());
}

json::object resource_entry(std::string_view type, const std::vector<Operation>& operations) {
  json::object out{{"type", type},
                   {"profile", "http://hl7.org/fhir/StructureDefinition/" + std::string(type)}};
  out["interaction"] = codes({"read", "vread", "update", "patch", "delete", "history-instance",
                              "history-type", "create", "search-type"});
  out["versioning"] = "versioned-update";
  out["readHistory"] = true;
  out["updateCreate"] = true;
  out["conditionalCreate"] = true;
  out["conditionalRead"] = "full-support";
  out["conditionalUpdate"] = true;
  out["conditionalDelete"] = "single";
  json::array parameters;
  for (const record::ParameterInfo& parameter : record::Record::search_parameters(type))
    parameters.push_back(
        json::object{{"name", parameter.name}, {"type", parameter.type}, {"documentation", parameter.prose}});
  out["searchParam"] = std::move(parameters);
  json::array includes{json::value("*")};
  for (const record::ParameterInfo& parameter : record::Record::search_parameters(type))
    if (parameter.type == "reference")
      includes.push_back(json::value(std::string(type) + ":" + std::string(parameter.name)));
  out["searchInclude"] = std::move(includes);
  for (const Operation& row : operations)
    if (is_offered_for(row, type)) fhir::append(out, "operation", operation_entry(row));
  return out;
}

// Types that are not stored here, but have operations.
json::array operation_only_entries(const std::vector<Operation>& operations) {
  json::array out;
  std::vector<std::string> types;
  for (const Operation& row : operations)
    for (const std::string& type : row.types)
      if (!record::Record::is_known_type(type) && std::find(types.begin(), types.end(), type) == types.end())
        types.push_back(type);
  for (const std::string& type : types) {
    json::object entry{{"type", type}};
    for (const Operation& row : operations)
      if (is_offered_for(row, type)) fhir::append(entry, "operation", operation_entry(row));
    out.push_back(std::move(entry));
  }
  return out;
}

}  // namespace

json::object capability_statement(const Context& context) {
  json::object out = fhir::resource("CapabilityStatement");
  out["status"] = "active";
  out["date"] = format_rfc3339(context.clock.now());
  out["kind"] = "instance";
  out["software"] = json::object{{"name", "Xinglin"}, {"version", context.options.software_version}};
  out["implementation"] = json::object{{"description", "Xinglin clinical record"}, {"url", context.base_url}};
  out["fhirVersion"] = "4.0.1";
  out["format"] = json::array{"application/fhir+json", "application/fhir+xml", "json", "xml"};
  out["patchFormat"] = json::array{"application/json-patch+json"};
  json::array resources;
  for (const std::string_view type : record::Record::known_types())
    resources.push_back(resource_entry(type, context.operations));
  for (json::value& entry : operation_only_entries(context.operations)) resources.push_back(std::move(entry));
  json::object rest{{"mode", "server"}};
  rest["documentation"] =
      "Unknown search parameters are refused unless Prefer: handling=lenient is sent. Totals are exact.";
  rest["security"] = json::object{
      {"description", "A bearer token, or the session of a signed-in user. Every access is recorded."}};
  rest["resource"] = std::move(resources);
  rest["interaction"] = codes({"transaction", "batch", "history-system"});
  json::array all;
  all.push_back(json::object{
      {"name", "_count"}, {"type", "number"}, {"documentation", "Matches on a page, up to 1000"}});
  all.push_back(
      json::object{{"name", "_sort"}, {"type", "string"}, {"documentation", "Up to five parameters"}});
  rest["searchParam"] = std::move(all);
  for (const Operation& row : context.operations)
    if (row.on_system) fhir::append(rest, "operation", operation_entry(row));
  out["rest"] = json::array{json::value(std::move(rest))};
  return out;
}

}  // namespace xinglin::fhirrest::detail
