// A CodeSystem, ValueSet or ConceptMap as FHIR JSON, read into a draft. Limits: kMaxConcepts of a system,
// depth by the JSON reader. What the answers do not need is left out.
#pragma once

#include "base/json.h"
#include "core/terminology/detail/draft.h"
#include "core/terminology/errors.h"

namespace xinglin::terminology::detail {

inline constexpr size_t kMaxConcepts = 500'000;

Result<SystemDraft> read_system(const json::object& resource);
Result<SetDraft> read_set(const json::object& resource);
Result<MapDraft> read_map(const json::object& resource);

}  // namespace xinglin::terminology::detail
