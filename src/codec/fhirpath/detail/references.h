// resolve(): the resource that a Reference, canonical or uri points to. FHIR R4 2.9.1.3.
#pragma once

#include <optional>

#include "codec/fhirpath/detail/machine.h"

namespace xinglin::fhirpath::detail {

// Contained resources, entries of a Bundle, then the Host; nullopt: not found.
std::optional<Value> resolve(Machine& m, const Value& item);

}  // namespace xinglin::fhirpath::detail
