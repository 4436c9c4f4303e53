#include "codec/validation/detail/report.h"

namespace xinglin::validation::detail {

// An error that finds no room still makes the resource invalid.
void Report::add(Severity severity, std::string_view code, const Place& place, std::string message) {
  if (severity >= Severity::Error) ++errors_;
  if (is_full()) return;
  Issue issue{severity, std::string(code), place.path(), std::move(message)};
  if (!known_.insert(issue.code + " " + issue.path + " " + issue.message).second) return;
  issues_.add(std::move(issue));
  ++count_;
}

}  // namespace xinglin::validation::detail
