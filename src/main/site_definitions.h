// The profiles and extensions of a site: every JSON file of a folder that holds a StructureDefinition (with
// its snapshot), or a Bundle of such, compiled at start into an image like that of R4. Other resources are
// left alone; a file that cannot be used is an error that names it.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "codec/fhir/definition_compiler.h"
#include "codec/validation/code_checker.h"
#include "core/terminology/terminology.h"

namespace xinglin::main {

// Membership in value sets, asked of terminology.
class BoundCodes final : public validation::CodeChecker {
public:
  explicit BoundCodes(const terminology::Terminology& terminology) : terminology_(terminology) {}
  validation::Membership check(std::string_view value_set, std::string_view system,
                               std::string_view code) const override;

private:
  const terminology::Terminology& terminology_;
};

// Null when `folder` is "".
Result<std::unique_ptr<const fhir::Definitions>> read_site_definitions(const std::string& folder);

}  // namespace xinglin::main
