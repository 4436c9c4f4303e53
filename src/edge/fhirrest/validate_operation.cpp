#include "edge/fhirrest/validate_operation.h"

#include <algorithm>

#include "base/json_text.h"
#include "codec/fhir/outcome.h"
#include "codec/validation/source_position.h"

namespace xinglin::fhirrest {
namespace {

constexpr ErrorCode kBadCall{"fhirrest.bad-validate", ErrorKind::Invalid,
                             "the call of $validate is not complete"};
constexpr std::string_view kLine = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-line";
constexpr std::string_view kColumn = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-col";

// Where the resource begins in the body, in the words of a path: the body itself, or a parameter's resource.
std::string place_in_body(const OperationCall& call) {
  if (call.resource) return {};
  const json::array* parts = json::find_array(call.parameters, "parameter");
  for (size_t i = 0; parts && i < parts->size(); ++i)
    if ((*parts)[i].is_object() && json::find_string((*parts)[i].get_object(), "name") == "resource")
      return "Parameters.parameter[" + std::to_string(i) + "].resource";
  return {};
}

// Adds line and column to the issues of an outcome.
void add_positions(json::object& outcome, const OperationCall& call) {
  const std::string_view text = call.request.body;
  json::value* issues = outcome.if_contains("issue");
  if (!text.starts_with('{') || !issues) return;
  const std::string prefix = place_in_body(call);
  for (json::value& item : issues->as_array()) {
    json::object& issue = item.as_object();
    const json::array* expression = json::find_array(issue, "expression");
    if (!expression || expression->empty()) continue;
    std::string path(std::string_view((*expression)[0].as_string()));
    if (!prefix.empty()) path = prefix + path.substr(std::min(path.find('.'), path.size()));
    const validation::SourcePosition found = validation::find_position(text, path);
    if (found.line == 0) continue;
    issue["extension"] = json::array{json::object{{"url", kLine}, {"valueInteger", found.line}},
                                     json::object{{"url", kColumn}, {"valueInteger", found.column}}};
    issue["location"] = json::array{
        json::value("line " + std::to_string(found.line) + ", column " + std::to_string(found.column))};
  }
}

std::vector<std::string> profiles_of(const OperationCall& call) {
  return call.texts("profile");
}

// What the place of the call and the mode say about the resource.
void check_place(const OperationCall& call, const json::object& resource, std::string_view mode,
                 IssueSink& issues) {
  const std::string_view type = json::find_string(resource, "resourceType").value_or("");
  const std::string_view id = json::find_string(resource, "id").value_or("");
  if (!call.type.empty() && type != call.type)
    issues.error("invalid", std::string(type),
                 "the resource is not of the type it was sent to: " + call.type);
  if (mode == "update" && id.empty())
    issues.error("required", std::string(type) + ".id", "an update needs the id in the resource");
  if (!call.id.empty() && mode != "create" && !id.empty() && id != call.id)
    issues.error("invalid", std::string(type) + ".id", "is not the id of the resource it was sent to");
}

class ValidateCall {
public:
  ValidateCall(record::Record& record, const validation::Validator& validator, const OperationCall& call)
      : record_(record), validator_(validator), call_(call) {}

  Result<OperationAnswer> answer() {
    const std::string mode = call_.text("mode").value_or("");
    if (!mode.empty() && mode != "create" && mode != "update" && mode != "delete" && mode != "profile")
      return Error(kBadCall, "mode is one of create, update, delete, profile");
    if (mode == "delete") return may_delete();
    if (const json::object* given = call_.resource_parameter("resource")) {
      IssueSink found;
      check_place(call_, *given, mode, found);
      validator_.validate(json::value(*given), found, profiles_of(call_));
      return outcome(found);
    }
    if (call_.id.empty())
      return Error(kBadCall, "send the resource as the body, or as the parameter 'resource' of a Parameters");
    XL_TRY(const record::Resource stored, record_.read_now(call_.access, call_.type, call_.id));
    XL_TRY(json::object resource, stored.parsed());
    IssueSink found;
    validator_.validate(json::value(std::move(resource)), found, profiles_of(call_));
    return outcome(found);
  }

private:
  // No reference keeps a resource from being deleted here, so it is there and the caller may write.
  Result<OperationAnswer> may_delete() {
    if (call_.id.empty())
      return Error(kBadCall, "mode=delete is asked of one resource: [type]/[id]/$validate");
    XL_CHECK(call_.access.require(trust::Permission::WriteClinical));
    XL_TRY(const record::Resource stored, record_.read_now(call_.access, call_.type, call_.id));
    return outcome(IssueSink());
  }

  OperationAnswer outcome(const IssueSink& found) const {
    OperationAnswer out;
    out.body = fhir::operation_outcome(found);
    add_positions(out.body, call_);
    return out;
  }

  record::Record& record_;
  const validation::Validator& validator_;
  const OperationCall& call_;
};

}  // namespace

Operation validate_operation(record::Record& record, const validation::Validator& validator) {
  return {.name = "validate",
          .definition = "http://hl7.org/fhir/OperationDefinition/Resource-validate",
          .prose = "Checks a resource against the standard and profiles, without storing it",
          .on_type = true,
          .on_instance = true,
          .handle = [&record, &validator](const OperationCall& call, IssueSink&) {
            return ValidateCall(record, validator, call).answer();
          }};
}

}  // namespace xinglin::fhirrest
