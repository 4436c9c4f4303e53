#include "codec/fhir/outcome.h"

#include "codec/fhir/build.h"

namespace xinglin::fhir {
namespace {

json::object issue_json(std::string_view severity, std::string_view code, std::string_view text,
                        std::string_view path) {
  json::object out{{"severity", severity}, {"code", code}};
  out["details"] = concept_text(text);
  out["diagnostics"] = text;
  if (!path.empty()) out["expression"] = json::array({json::value(path)});
  return out;
}

json::object issue_json(const Issue& issue) {
  return issue_json(to_string(issue.severity), issue.code, issue.message, issue.path);
}

}  // namespace

std::string_view issue_type(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::Invalid:
      return "invalid";
    case ErrorKind::NotFound:
      return "not-found";
    case ErrorKind::Gone:
      return "deleted";
    case ErrorKind::Conflict:
      return "conflict";
    case ErrorKind::PreconditionFailed:
      return "conflict";
    case ErrorKind::Unauthenticated:
      return "login";
    case ErrorKind::Denied:
      return "forbidden";
    case ErrorKind::Busy:
      return "throttled";
    case ErrorKind::TooLarge:
      return "too-costly";
    case ErrorKind::Unsupported:
      return "not-supported";
    case ErrorKind::Corrupt:
      return "exception";
    case ErrorKind::Timeout:
      return "timeout";
    case ErrorKind::Cancelled:
      return "transient";
    case ErrorKind::Io:
      return "exception";
    case ErrorKind::Internal:
      return "exception";
  }
  return "exception";
}

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::Information:
      return "information";
    case Severity::Warning:
      return "warning";
    case Severity::Error:
      return "error";
    case Severity::Fatal:
      return "fatal";
  }
  return "error";
}

json::object operation_outcome(const IssueSink& issues) {
  json::object out = resource("OperationOutcome");
  for (const Issue& issue : issues.issues()) append(out, "issue", issue_json(issue));
  if (issues.issues().empty()) append(out, "issue", issue_json("information", "informational", "All OK", ""));
  return out;
}

json::object operation_outcome(const Error& error, const IssueSink& issues) {
  json::object out = resource("OperationOutcome");
  const bool ours = error.kind() == ErrorKind::Internal || error.kind() == ErrorKind::Io ||
                    error.kind() == ErrorKind::Corrupt;
  json::object first = issue_json("error", issue_type(error.kind()),
                                  ours ? error.code().prose : std::string_view(error.message()), "");
  append(first.at("details").as_object(), "coding", coding("", error.code().name));
  append(out, "issue", std::move(first));
  for (const Issue& issue : issues.issues()) append(out, "issue", issue_json(issue));
  return out;
}

json::object bundle(std::string_view type, Instant timestamp, const std::vector<BundleLink>& links) {
  json::object out = resource("Bundle");
  out["type"] = type;
  out["timestamp"] = format_rfc3339(timestamp);
  for (const BundleLink& link : links)
    append(out, "link", json::object{{"relation", link.relation}, {"url", link.url}});
  return out;
}

}  // namespace xinglin::fhir
