// The interactions that need more than a few lines: search, bundles, and the CapabilityStatement.
#pragma once

#include <string>

#include "base/http/http.h"
#include "core/record/record.h"
#include "edge/fhirrest/fhirrest.h"

namespace xinglin::fhirrest::detail {

struct Context {
  record::Record& record;
  const Clock& clock;
  const Options& options;
  const std::vector<Operation>& operations;
  std::string base_url;
};

http::Response search(const Context& context, const http::Request& request, const trust::Access& access,
                      const std::string& type, const std::vector<http::Parameter>& parameters);
http::Response history(const Context& context, const http::Request& request, const trust::Access& access,
                       const std::string& type, const std::string& id);
http::Response bundle(const Context& context, const http::Request& request, const trust::Access& access);
json::object capability_statement(const Context& context);

}  // namespace xinglin::fhirrest::detail
