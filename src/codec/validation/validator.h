// Says whether a FHIR R4 resource keeps the rules: structure, cardinality, types, value rules of primitives,
// references, bindings, invariants, and the profiles it claims (meta.profile) or is asked to keep. Built once
// (invariants are compiled then), immutable, any number of threads. Everything found goes to the IssueSink
// with the element's FHIRPath ("Patient.contact[0].name"); nothing is changed. Messages hold no patient data.
// FHIR R4 2.1.27 (validating resources), 2.6 (JSON), 5.1 (profiling).
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/issue.h"
#include "base/json.h"
#include "base/time.h"
#include "codec/fhir/definition_compiler.h"
#include "codec/fhir/definitions.h"
#include "codec/validation/code_checker.h"

namespace xinglin::validation {

struct Limits {
  size_t depth_max = 60;
  size_t values_max = 400'000;  // members and items in one resource
  size_t issues_max = 100;
};

// What a validator may ask; all outlive it. Nothing is known of what is left out.
struct Sources {
  const CodeChecker* codes = nullptr;       // members of value sets
  const fhir::Definitions* site = nullptr;  // profiles and extensions of the site, before those of R4
};

class Validator {
public:
  explicit Validator(const Clock& clock, Sources sources = {}, const Limits& limits = {});
  ~Validator();
  Validator(const Validator&) = delete;
  Validator& operator=(const Validator&) = delete;

  // True when nothing of severity error was found. `profiles`: canonicals to check besides meta.profile.
  bool validate(const json::value& resource, IssueSink& issues,
                std::span<const std::string> profiles = {}) const;
  // A profile, extension or type that this validator knows, by its canonical.
  fhir::Structure find_structure(std::string_view canonical) const;

  struct Parts;

private:
  std::unique_ptr<const Parts> parts_;
};

}  // namespace xinglin::validation
