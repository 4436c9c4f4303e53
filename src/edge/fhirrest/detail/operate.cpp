#include "edge/fhirrest/detail/operate.h"

#include <algorithm>

#include "base/json_text.h"
#include "edge/fhirrest/detail/respond.h"

namespace xinglin::fhirrest::detail {
namespace {

bool is_offered_at(const Operation& row, const Place& place) {
  if (place.type.empty()) return row.on_system;
  const bool level = place.id.empty() ? row.on_type : row.on_instance;
  return level &&
         (row.types.empty() || std::find(row.types.begin(), row.types.end(), place.type) != row.types.end());
}

Result<const Operation*> find(const std::vector<Operation>& table, std::string_view name,
                              const Place& place) {
  const Operation* named = nullptr;
  for (const Operation& row : table) {
    if (row.name != name.substr(1)) continue;
    named = &row;
    if (is_offered_at(row, place)) return named;
  }
  const std::string shown(name.substr(0, 64));
  if (named) return Error(kUnknownOperation, shown + " is not offered at this level or for this type");
  return Error(kUnknownOperation, shown + " is not an operation offered here");
}

// The body, if there is one: Parameters, or the one resource that stands for them.
Result<void> read_body(const http::Request& request, const Operation& row, OperationCall& call) {
  if (request.body.empty()) return {};
  if (request.body.size() > row.body_bytes_max)
    return Error(errors::kTooLarge, "the body of $" + row.name + " may have at most " +
                                        std::to_string(row.body_bytes_max) + " bytes");
  XL_TRY(json::object body, parse_body(request));
  if (json::find_string(body, "resourceType") == "Parameters")
    call.parameters = std::move(body);
  else
    call.resource = std::move(body);
  return {};
}

http::Response answer_with(const http::Request& request, OperationAnswer answer) {
  if (answer.raw) return std::move(*answer.raw);
  http::Response out;
  out.status = answer.status;
  if (!answer.text.empty())
    out = respond_text(request, answer.status, std::move(answer.text));
  else if (!answer.body.empty())
    out = respond(request, answer.status, answer.body);
  for (auto& [name, value] : answer.headers) out.set(std::move(name), std::move(value));
  return out;
}

}  // namespace

http::Response operate(const Context& context, const std::vector<Operation>& table, std::string_view name,
                       const Place& place, const http::Request& request, const trust::Access& access) {
  const auto names_type = [&place](const Operation& one) {
    return std::find(one.types.begin(), one.types.end(), place.type) != one.types.end();
  };
  if (!place.type.empty() && !record::Record::is_known_type(place.type) &&
      std::none_of(table.begin(), table.end(), names_type))
    return fail(request,
                Error(record::kUnknownType, "'" + place.type + "' is not a resource type offered here"));
  const auto row = find(table, name, place);
  if (!row) return fail(request, row.error());
  const bool reading = request.method == http::Method::Get || request.method == http::Method::Head;
  if (reading && (*row)->changes == Changes::Something)
    return fail(request, Error(kMethod, "$" + (*row)->name + " changes something: it takes POST"));
  OperationCall call{.request = request, .access = access, .type = place.type, .id = place.id};
  call.base_url = context.base_url;
  if (!reading)
    if (const Result<void> read = read_body(request, **row, call); !read) return fail(request, read.error());
  IssueSink issues;
  Result<OperationAnswer> answer = (*row)->handle(call, issues);
  if (!answer) return fail(request, answer.error(), issues);
  return answer_with(request, std::move(*answer));
}

}  // namespace xinglin::fhirrest::detail
