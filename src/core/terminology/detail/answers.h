// How the answers of the operations are made from views: look-up, validation of a display, expansion as a
// tree or a page, translation. FHIR R4 4.8.20 ($lookup), 4.9.16 ($expand), 4.10.13 ($translate).
#pragma once

#include <string_view>
#include <vector>

#include "core/terminology/detail/evaluation.h"

namespace xinglin::terminology::detail {

Lookup lookup_of(const SystemView& system, uint32_t place, std::string_view language);
Lookup implied_lookup(const Coding& coding);

// The code is right; is its display? `listed` is the display that the value set gives, or "".
Validation checked_display(const SystemView& system, uint32_t place, std::string_view listed,
                           const Coding& coding, std::string_view language);
Result<Validation> validate_member(const Library& library, const Evaluation& evaluation, const SetView& set,
                                   const Coding& coding, std::string_view language);

Result<Expansion> expansion_of(const Evaluation& evaluation, const SetView& set,
                               const ExpandOptions& options);

Result<std::vector<Translation>> translations_of(const Library& library, const TranslateRequest& request);

// Without regard to case and to how many spaces there are, ASCII.
bool same_words(std::string_view a, std::string_view b);

}  // namespace xinglin::terminology::detail
