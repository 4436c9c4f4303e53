// The operations of terminology, as rows of the table of operations: CodeSystem $lookup, $validate-code,
// $subsumes; ValueSet $expand, $validate-code; ConceptMap $translate; each at type and instance level, by GET
// and POST. What is not loaded here is an OperationOutcome (not-found, too-costly), never an empty success.
// FHIR R4 4.8.15, 4.9.15, 4.10.8.
#pragma once

#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "core/terminology/terminology.h"
#include "edge/fhirrest/operations.h"

namespace xinglin::fhirrest {

// All three must outlive the rows.
std::vector<Operation> terminology_operations(const terminology::Terminology& terminology, const Clock& clock,
                                              Random& random);

}  // namespace xinglin::fhirrest
