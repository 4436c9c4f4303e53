// IssueSink: what is wrong inside clinical data, kept apart from failures of an operation. Edges show issues
// as FHIR OperationOutcome, HL7 v2 ERR segments or a DIMSE error comment. Not thread-safe: one sink per
// request.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace xinglin {

enum class Severity { Information, Warning, Error, Fatal };

struct Issue {
  Severity severity = Severity::Error;
  std::string
      code;  // a FHIR issue-type code: structure, required, value, invariant, code-invalid, too-long ...
  std::string path;     // element path: "Observation.value", "PID-3-1", "(0008,0018)"
  std::string message;  // says what was wrong and what to do; never holds patient data
};

class IssueSink {
public:
  void add(Issue issue) { issues_.push_back(std::move(issue)); }
  void error(std::string code, std::string path, std::string message) {
    add({Severity::Error, std::move(code), std::move(path), std::move(message)});
  }
  void warning(std::string code, std::string path, std::string message) {
    add({Severity::Warning, std::move(code), std::move(path), std::move(message)});
  }
  bool has_errors() const {
    for (const Issue& issue : issues_)
      if (issue.severity >= Severity::Error) return true;
    return false;
  }
  const std::vector<Issue>& issues() const { return issues_; }

private:
  std::vector<Issue> issues_;
};

}  // namespace xinglin
