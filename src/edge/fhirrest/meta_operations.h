// $meta, $meta-add and $meta-delete of a resource: profiles, tags and security labels alone. FHIR R4
// Resource-operation-meta.
#pragma once

#include <vector>

#include "core/record/record.h"
#include "edge/fhirrest/operations.h"

namespace xinglin::fhirrest {

std::vector<Operation> meta_operations(record::Record& record);

}  // namespace xinglin::fhirrest
