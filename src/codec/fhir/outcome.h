// OperationOutcome and Bundle: what the FHIR edge answers with. One table maps our error kinds to FHIR issue
// types. FHIR R4 OperationOutcome, Bundle; http://hl7.org/fhir/R4/valueset-issue-type.html.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/issue.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

namespace xinglin::fhir {

std::string_view issue_type(ErrorKind kind);    // "not-found", "conflict" ...
std::string_view to_string(Severity severity);  // "error" ...
// All issues, or one information issue "All OK" when there is none.
json::object operation_outcome(const IssueSink& issues);
// The error first, then the issues that explain it. Errors of ours show their prose, not their message.
json::object operation_outcome(const Error& error, const IssueSink& issues = {});

struct BundleLink {
  std::string relation, url;
};
json::object bundle(std::string_view type, Instant timestamp, const std::vector<BundleLink>& links = {});

}  // namespace xinglin::fhir
