#include "codec/validation/validator.h"

#include "codec/validation/detail/parts.h"
#include "codec/validation/detail/walk.h"

namespace xinglin::validation {

Validator::Validator(const Clock& clock, Sources sources, const Limits& limits)
    : parts_(std::make_unique<const Parts>(clock, sources, limits)) {}
Validator::~Validator() = default;

bool Validator::validate(const json::value& resource, IssueSink& issues,
                         std::span<const std::string> profiles) const {
  detail::Walk walk(*parts_, issues);
  walk.root(resource, profiles);
  return !walk.failed();
}

fhir::Structure Validator::find_structure(std::string_view canonical) const {
  return parts_->find_structure(canonical);
}

}  // namespace xinglin::validation
