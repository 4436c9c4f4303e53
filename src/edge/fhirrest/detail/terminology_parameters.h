// What the operations of terminology are asked, read from an OperationCall, and the Parameters they answer
// with.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/terminology/terminology.h"
#include "edge/fhirrest/operations.h"

namespace xinglin::fhirrest::detail {

// Builds a Parameters resource.
class Parameters {
public:
  Parameters& add(std::string_view name, std::string_view type, json::value value);  // type: "valueString"
  Parameters& add_text(std::string_view name, std::string_view text);  // nothing when it is empty
  Parameters& add_parts(std::string_view name, Parameters parts);
  OperationAnswer answer() &&;

private:
  json::array list_;
};

json::object coding_json(const terminology::Coding& coding);
terminology::Coding coding_of(const json::object& object);

// code with system, coding (also "system|code" in a query) or codeableConcept: all codings to be tried, at
// least one. `system_name`: the parameter that goes with code. The instance's code system when the call is on
// one.
Result<std::vector<terminology::Coding>> codings_of(const OperationCall& call,
                                                    std::string_view default_system,
                                                    std::string_view version_name);
// The URL given (with its version parameter), or that of the instance the call is on; "" when neither is
// there.
Result<std::string> subject_of(const OperationCall& call, const terminology::Terminology& terminology,
                               terminology::Kind kind, std::string_view url_name,
                               std::string_view version_name);
Result<std::optional<int64_t>> number_of(const OperationCall& call, std::string_view name);
Result<bool> flag_of(const OperationCall& call, std::string_view name);
// displayLanguage, or else the first language the reader of the page prefers.
std::string language_of(const OperationCall& call);

}  // namespace xinglin::fhirrest::detail
