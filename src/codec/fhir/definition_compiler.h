// Makes an image of definitions (definitions.h) from conformance resources: the build runs it over the
// official package (tools/definitions/compile.cpp), a server over the StructureDefinitions of a site. Not
// thread-safe; an image that is made is immutable. What cannot be read (a StructureDefinition without
// snapshot) is an error that names it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "codec/fhir/definitions.h"

namespace xinglin::fhir {

inline constexpr ErrorCode kBadDefinition{"fhir.bad-definition", ErrorKind::Invalid,
                                          "a conformance resource cannot be used"};

class DefinitionCompiler {
public:
  DefinitionCompiler();
  ~DefinitionCompiler();
  DefinitionCompiler(const DefinitionCompiler&) = delete;
  DefinitionCompiler& operator=(const DefinitionCompiler&) = delete;

  // A StructureDefinition (with snapshot), SearchParameter, CompartmentDefinition, OperationDefinition,
  // CodeSystem or ValueSet (for the codes of required bindings); others are left alone.
  Result<void> add(const json::object& resource);
  // The bytes of the image; once.
  std::string finish();

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// An image of its own, for definitions that come at run time.
class Definitions {
public:
  // From the bytes that DefinitionCompiler::finish gave.
  explicit Definitions(const std::string& bytes);
  Definitions(const Definitions&) = delete;
  Definitions& operator=(const Definitions&) = delete;
  Structure find_structure(std::string_view canonical) const;
  List<Structure> structures() const;
  List<Constraint> constraints() const;

private:
  std::vector<uint32_t> bytes_;
  detail::Image image_;
};

}  // namespace xinglin::fhir
