// From a request to the row of the operation table that answers it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "edge/fhirrest/detail/interactions.h"
#include "edge/fhirrest/operations.h"

namespace xinglin::fhirrest::detail {

inline constexpr ErrorCode kUnknownOperation{"fhirrest.unknown-operation", ErrorKind::NotFound,
                                             "there is no such operation here"};

// Where a row may be asked for: "" type is the system level, "" id the level of the type.
struct Place {
  std::string type, id;
};
inline bool names_operation(std::string_view segment) {
  return segment.starts_with('$');
}
// `name` with its $.
http::Response operate(const Context& context, const std::vector<Operation>& table, std::string_view name,
                       const Place& place, const http::Request& request, const trust::Access& access);

}  // namespace xinglin::fhirrest::detail
