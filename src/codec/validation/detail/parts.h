// What a Validator is made of, shared by all walks and never changed.
#pragma once

#include "codec/validation/detail/invariants.h"
#include "codec/validation/detail/traits.h"
#include "codec/validation/validator.h"

namespace xinglin::validation {

struct Validator::Parts {
  Parts(const Clock& clock_to_use, Sources sources_to_use, const Limits& limits_to_use)
      : clock(clock_to_use),
        sources(sources_to_use),
        limits(limits_to_use),
        invariants(sources_to_use.site) {}

  fhir::Structure find_structure(std::string_view canonical) const {
    if (sources.site)
      if (const fhir::Structure found = sources.site->find_structure(canonical)) return found;
    return fhir::find_structure(canonical);
  }

  const Clock& clock;
  const Sources sources;
  const Limits limits;
  const detail::Traits traits;
  const detail::Invariants invariants;
};

}  // namespace xinglin::validation
