#include "edge/fhirrest/bulk_operations.h"

#include <algorithm>

#include "edge/fhirrest/detail/respond.h"

namespace xinglin::fhirrest {
namespace {

using bulk::ExportRequest;

constexpr std::string_view kFormats[] = {"application/fhir+ndjson", "application/ndjson", "ndjson"};
// Known to the standard and not offered; refused unless the client prefers lenient handling.
constexpr std::string_view kNotOffered[] = {"_elements", "includeAssociatedData", "organizeOutputBy",
                                            "allowPartialManifests"};

// The parts of the list, at commas.
std::vector<std::string> split(const std::vector<std::string>& values) {
  std::vector<std::string> out;
  for (std::string_view rest : values)
    while (!rest.empty()) {
      const size_t end = std::min(rest.find(','), rest.size());
      if (end > 0) out.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  return out;
}

bool begins_filter(std::string_view text) {
  const size_t mark = text.find('?');
  return mark != 0 && mark != std::string_view::npos && text[0] >= 'A' && text[0] <= 'Z' &&
         std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(mark),
                     [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); });
}

// Filters that are listed in one value: a comma also stands inside of them, so only one before "Type?"
// counts.
std::vector<std::string> split_filters(const std::vector<std::string>& values) {
  std::vector<std::string> out;
  for (const std::string& value : values) {
    size_t begin = 0;
    for (size_t comma = value.find(','); comma != std::string::npos; comma = value.find(',', comma + 1)) {
      if (!begins_filter(std::string_view(value).substr(comma + 1))) continue;
      out.push_back(value.substr(begin, comma - begin));
      begin = comma + 1;
    }
    out.push_back(value.substr(begin));
  }
  return out;
}

// Logical ids of the parameter `patient`: references in a Parameters resource, or text.
std::vector<std::string> patients_of(const OperationCall& call) {
  std::vector<std::string> given = split(call.texts("patient"));
  if (const json::array* parts = json::find_array(call.parameters, "parameter"))
    for (const json::value& part : *parts) {
      if (!part.is_object() || json::find_string(part.get_object(), "name") != "patient") continue;
      if (const json::object* value = json::find_object(part.get_object(), "valueReference"))
        if (const auto text = json::find_string(*value, "reference")) given.emplace_back(*text);
    }
  for (std::string& id : given)
    if (id.starts_with("Patient/")) id.erase(0, 8);
  return given;
}

Result<void> check_unknown(const OperationCall& call, IssueSink& issues) {
  const bool lenient = detail::preferences(call.request).handling == record::Handling::Lenient;
  for (const std::string_view name : kNotOffered) {
    if (!call.text(name)) continue;
    if (!lenient) return Error(bulk::kNotOffered, std::string(name) + " is not offered in exports");
    issues.warning("not-supported", std::string(name), "is not offered in exports; it was ignored");
  }
  return {};
}

Result<ExportRequest> read_export(const OperationCall& call, IssueSink& issues) {
  XL_CHECK(check_unknown(call, issues));
  ExportRequest out;
  if (call.type == "Patient") out.level = ExportRequest::Level::Patient;
  if (call.type == "Group") {
    out.level = ExportRequest::Level::Group;
    out.group = call.id;
  }
  if (const auto format = call.text("_outputFormat")) {
    std::string text = *format;  // an unescaped plus in a query string is a space
    std::replace(text.begin(), text.end(), ' ', '+');
    if (std::find(std::begin(kFormats), std::end(kFormats), text) == std::end(kFormats))
      return Error(bulk::kBadRequest, "_outputFormat: only application/fhir+ndjson is offered");
  }
  if (const auto since = call.text("_since")) {
    const auto time = parse_fhir_time(*since);
    if (!time) return Error(bulk::kBadRequest, "_since is not an instant");
    out.since = time->first;
  }
  out.types = split(call.texts("_type"));
  out.filters = split_filters(call.texts("_typeFilter"));
  out.patients = patients_of(call);
  if (!out.patients.empty() && out.level != ExportRequest::Level::Patient)
    return Error(bulk::kNotOffered, "patients can be named in an export of Patient only");
  out.url = call.base_url + call.request.path.substr(call.request.path.starts_with("/fhir") ? 5 : 0);
  if (!call.request.raw_query.empty()) out.url += "?" + call.request.raw_query;
  return out;
}

// 202 with the address to ask at.
OperationAnswer accepted(const std::string& base_url, const std::string& job) {
  OperationAnswer out;
  out.status = 202;
  out.headers.emplace_back("Content-Location", base_url + "-bulk/jobs/" + job);
  return out;
}

Result<OperationAnswer> start_export(bulk::Bulk& bulk, const OperationCall& call, IssueSink& issues) {
  XL_TRY(const ExportRequest request, read_export(call, issues));
  XL_TRY(const std::string job, bulk.start_export(call.access, request));
  return accepted(call.base_url, job);
}

// As Parameters (a part input with type and url) or as the plain manifest of the drafts.
std::vector<bulk::ImportInput> inputs_of(const OperationCall& call) {
  std::vector<bulk::ImportInput> out;
  const json::object& manifest = call.resource ? *call.resource : call.parameters;
  if (const json::array* inputs = json::find_array(manifest, "input"))
    for (const json::value& input : *inputs)
      if (input.is_object())
        out.push_back({std::string(json::find_string(input.get_object(), "type").value_or("")),
                       std::string(json::find_string(input.get_object(), "url").value_or(""))});
  const json::array* parameters = json::find_array(call.parameters, "parameter");
  if (!parameters) return out;
  for (const json::value& parameter : *parameters) {
    if (!parameter.is_object() || json::find_string(parameter.get_object(), "name") != "input") continue;
    bulk::ImportInput input;
    if (const json::array* parts = json::find_array(parameter.get_object(), "part"))
      for (const json::value& part : *parts) {
        if (!part.is_object()) continue;
        const auto name = json::find_string(part.get_object(), "name");
        for (const auto& member : part.get_object())
          if (member.key().starts_with("value") && member.value().is_string()) {
            const std::string text(std::string_view(member.value().get_string()));
            if (name == "type") input.type = text;
            if (name == "url") input.url = text;
          }
      }
    out.push_back(std::move(input));
  }
  return out;
}

Result<OperationAnswer> start_import(bulk::Bulk& bulk, const OperationCall& call) {
  XL_TRY(const std::string job, bulk.start_import(call.access, inputs_of(call), call.base_url + "/$import"));
  return accepted(call.base_url, job);
}

Operation export_row(bulk::Bulk& bulk, std::string name, std::string prose) {
  Operation row;
  row.name = "export";
  row.definition = "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/" + std::move(name);
  row.prose = std::move(prose);
  row.handle = [&bulk](const OperationCall& call, IssueSink& issues) {
    return start_export(bulk, call, issues);
  };
  return row;
}

}  // namespace

std::vector<Operation> bulk_operations(bulk::Bulk& bulk) {
  std::vector<Operation> out;
  out.push_back(export_row(bulk, "export", "Exports the record as NDJSON files"));
  out.back().on_system = true;
  out.push_back(export_row(bulk, "patient-export", "Exports what is about patients as NDJSON files"));
  out.back().on_type = true;
  out.back().types = {"Patient"};
  out.push_back(export_row(bulk, "group-export", "Exports what is about the members of a Group"));
  out.back().on_instance = true;
  out.back().types = {"Group"};
  Operation row;
  row.name = "import";
  row.definition = "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/import";
  row.prose = "Imports NDJSON files from allowed addresses; POST /fhir-bulk/import takes a file itself";
  row.on_system = true;
  row.changes = Changes::Something;
  row.handle = [&bulk](const OperationCall& call, IssueSink&) { return start_import(bulk, call); };
  out.push_back(std::move(row));
  return out;
}

}  // namespace xinglin::fhirrest
