// Checks a value against a profile: what the profile says beyond its type, element by element. The value has
// been walked by its type already, so only what a profile may narrow is looked at: cardinality, types, fixed
// values and patterns, bindings, invariants, slices. FHIR R4 5.1.0.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codec/validation/detail/walk.h"

namespace xinglin::validation::detail {

// One value of an element in an instance.
struct Occurrence {
  Item item;
  std::string_view type;  // "Quantity", or "" when it cannot be said
  int64_t index = -1;     // in its array
};

class ProfileCheck {
public:
  ProfileCheck(Walk& walk, std::string_view canonical, const Scope& scope)
      : walk_(walk), canonical_(canonical), scope_(scope) {}

  void root(Item item, const fhir::Structure& structure, const Place& place);

private:
  void value(const Occurrence& one, const fhir::Element& element, const fhir::Element& base,
             const Place& place);
  void limits(const json::value& value, const fhir::Element& element, const Place& place);
  void type(const Occurrence& one, const fhir::Element& element, const Place& place);
  void children(const json::object& object, const fhir::Element& element, const fhir::Element& base,
                const Place& place);
  void count(size_t found, const fhir::Element& element, const Place& place, std::string_view slice);
  void slices(const std::vector<Occurrence>& all, const fhir::Element& element, const fhir::Element& base,
              const Place& place);
  bool matches(const Occurrence& one, const fhir::Element& slice, const fhir::Slicing& slicing);
  bool matches(const Occurrence& one, const fhir::Element& slice, const fhir::Discriminator& discriminator);
  bool conforms(const Occurrence& one, const fhir::Element& element);
  bool conforms_to_any(const Occurrence& one, const fhir::Texts& profiles);
  std::string said_by() const { return " (profile " + std::string(canonical_) + ")"; }

  Walk& walk_;
  std::string_view canonical_;
  const Scope& scope_;
};

// discriminator_path.cpp
// What the path leads to in the instance and in the slice's definition. FHIR R4 5.1.0.14: names, $this,
// extension(url), resolve(), ofType(). The definition is empty when it says nothing about that place.
std::vector<Occurrence> follow(const Occurrence& from, std::string_view path, const Scope& scope);
fhir::Element follow(const Validator::Parts& parts, const fhir::Element& from, std::string_view path);
// The values of the child in an object; of a choice by whatever type.
std::vector<Occurrence> occurrences(const json::object& object, const fhir::Element& child);

// True when `value` is `wanted`; with is_pattern it may say more.
bool matches_json(const json::value& value, const json::value& wanted, bool is_pattern);

}  // namespace xinglin::validation::detail
