// Whether an extension may stand where it stands: its definition names elements, types or other extensions.
// FHIR R4 StructureDefinition.context.
#pragma once

#include "codec/validation/detail/walk.h"

namespace xinglin::validation::detail {

// `place` is the extension's own. True also where it cannot be told (contexts in FHIRPath, inside of
// extensions).
bool may_stand(const fhir::Structure& definition, const Place& place, const Scope& scope);

}  // namespace xinglin::validation::detail
