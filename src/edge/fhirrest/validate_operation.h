// $validate: checks a resource that is sent, or one that is stored, and says what was found as an
// OperationOutcome, with the element's path and, for what was sent as JSON, its line and column. Nothing is
// written. Modes: create and update check the content as such a write would, delete whether the stored
// resource may go, profile the content alone. FHIR R4 3.1.0 and Resource-validate.
#pragma once

#include "codec/validation/validator.h"
#include "core/record/record.h"
#include "edge/fhirrest/operations.h"

namespace xinglin::fhirrest {

// Both outlive the operation.
Operation validate_operation(record::Record& record, const validation::Validator& validator);

}  // namespace xinglin::fhirrest
