// FHIR R4 over HTTP under /fhir, in JSON and XML: CapabilityStatement, create, read, vread, update, patch,
// delete, their conditional forms, history, search, batch, transaction and operations. Errors are
// OperationOutcomes; unknown search parameters are refused unless the caller prefers lenient handling. Built
// by main; must outlive the router it adds routes to. Thread-safe. FHIR R4 3.1.0, 3.1.1.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/http/http.h"
#include "base/time.h"
#include "core/record/record.h"
#include "core/trust/access.h"
#include "edge/fhirrest/operations.h"

namespace xinglin::fhirrest {

using Authenticate = std::function<Result<trust::Access>(const http::Request&)>;

struct Options {
  std::string software_version = "0";
  std::string scheme = "http";  // of the links made from the host as asked; "https" behind TLS
  std::string base_url = "";    // "https://host/fhir" when behind a proxy; "" answers with the host as asked
  size_t resource_bytes_max = 4 << 20;
  size_t bundle_bytes_max = 64 << 20;
};

class FhirRest {
public:
  FhirRest(record::Record& record, const Clock& clock, Authenticate authenticate, Options options = {});
  ~FhirRest();
  void add(Operation operation);  // before add_routes
  void add_routes(http::Router& router) const;

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace xinglin::fhirrest
