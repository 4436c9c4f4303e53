// Operations ($name) of the FHIR edge, as a table: each row says at which levels it is offered, for which
// types, whether it changes anything, and who answers. FhirRest makes the routes and the operations of the
// CapabilityStatement from the rows, so that what is stated is what is there. Rooms above and beside hand
// rows in with FhirRest::add before add_routes; handlers run on pool threads, many at a time. FHIR R4 3.2.0.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/http/http.h"
#include "base/issue.h"
#include "base/json.h"
#include "core/trust/access.h"

namespace xinglin::fhirrest {

// What was asked. Parameters come from the query (GET, and POST beside its body) and from a Parameters
// resource in the body; who asks may read them in one way, whatever way they came.
struct OperationCall {
  const http::Request& request;
  const trust::Access& access;
  std::string type = {}, id = {};  // as far as the level says
  std::string base_url = {};       // of this server, without a slash at its end
  json::object parameters = {};    // the Parameters resource, {} when there was none
  // A body that is another resource: the one parameter of type Resource (FHIR R4 3.2.0.1.1).
  std::optional<json::object> resource = {};

  // The first of this name as text (of a query, or of any primitive value[x]); nullopt when not given.
  std::optional<std::string> text(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;
  // The first part of this name in the Parameters; its value[x] or resource.
  const json::object* parameter(std::string_view name) const;
  const json::value* value(std::string_view name) const;  // whatever value[x] it has
  // Also the body itself as "resource".
  const json::object* resource_parameter(std::string_view name) const;
};

// The answer: a resource, given in the format that was asked for. text, when set, is the resource as JSON
// text (a stored resource need not be taken apart). raw, when set, is sent as it is.
struct OperationAnswer {
  int status = 200;
  json::object body = {};
  std::string text = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::optional<http::Response> raw = {};
};

enum class Changes { Nothing, Something };  // Something: POST only

struct Operation {
  std::string name;        // "validate", without the $
  std::string definition;  // canonical URL of its OperationDefinition
  std::string prose;       // one line for the CapabilityStatement
  bool on_system = false, on_type = false, on_instance = false;
  std::vector<std::string> types = {};  // of on_type and on_instance; empty: every type that is offered
  Changes changes = Changes::Nothing;
  size_t body_bytes_max = 4 << 20;
  // An error becomes an OperationOutcome with the status of its kind, explained by the issues.
  std::function<Result<OperationAnswer>(const OperationCall&, IssueSink&)> handle;
};

}  // namespace xinglin::fhirrest
