// One walk over one resource by the definitions of its type: every member is looked up once, its value
// checked by its type, and invariants run where they are declared. Profiles are checked on top
// (profile_check.h), as they only narrow what the type allows.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "codec/validation/detail/invariants.h"
#include "codec/validation/detail/parts.h"
#include "codec/validation/detail/place.h"
#include "codec/validation/detail/report.h"

namespace xinglin::validation::detail {

// A resource of the one that is validated: itself, one contained in it, or one of a Bundle's entries.
struct Scope {
  const json::value* resource = nullptr;
  std::string_view type;
  const Scope* container = nullptr;  // of a contained resource
  const Scope* outer = nullptr;      // the Bundle or Parameters it lies in
  std::string_view full_url;         // of a Bundle's entry
};

// A value of an element: a primitive may have its value, its companion ("_name") or both.
struct Item {
  const json::value* value = nullptr;
  const json::value* companion = nullptr;
};

class Walk {
public:
  Walk(const Validator::Parts& parts, IssueSink& issues)
      : parts_(parts), own_report_(issues, parts.limits.issues_max), runner_(parts.invariants, parts.clock) {}

  void root(const json::value& resource, std::span<const std::string> profiles);
  bool failed() const { return own_report_.failed(); }

private:
  friend class ProfileCheck;
  enum class Nesting { Root, Contained, Entry };

  bool within_limits(const Place& place, size_t depth);
  void resource(const json::value& value, const Place& place, size_t depth, Nesting nesting,
                const Scope* around);
  void claimed_profiles(const json::value& value, fhir::Structure structure, const Place& place,
                        const Scope& scope);
  void profile(const json::value& value, std::string_view canonical, fhir::Structure structure,
               const Place& place, const Scope& scope);
  void members(const json::object& object, const fhir::Element& content, const Place& place, size_t depth,
               const Scope& scope);
  void required(const json::object& object, const fhir::Element& content, const Place& place);
  void member(const fhir::Member& member, Item item, const Place& place, size_t depth, const Scope& scope);
  void repeated(const fhir::Member& member, Item item, const Place& place, size_t depth, const Scope& scope);
  void item(const fhir::Member& member, Item item, const Place& place, size_t depth, const Scope& scope);
  void primitive(const fhir::Member& member, const TypeTraits& traits, Item item, const Place& place,
                 size_t depth, const Scope& scope);
  void complex(const fhir::Member& member, const TypeTraits& traits, const json::value& value,
               const Place& place, size_t depth, const Scope& scope);
  void nested_resource(const fhir::Member& member, const json::value& value, const Place& place, size_t depth,
                       const Scope& scope);
  void invariants(const fhir::Member& member, Item item, const Place& place, const Scope& scope);

  // values.cpp
  void binding(const fhir::Binding& binding, const TypeTraits& traits, const json::value& value,
               const Place& place);
  void bound_concept(const fhir::Binding& binding, const json::object& object, const Place& place);
  void bound_code(const fhir::Binding& binding, const json::object& object, const Place& place);
  void report_binding(const fhir::Binding& binding, const Place& place, std::string_view what);
  void reference(const json::object& object, const fhir::TypeUse& type, const Place& place,
                 const Scope& scope);
  void extension(const json::object& object, const json::value& value, const Place& place,
                 const Scope& scope);
  void narrative(const json::object& object, const Place& place);
  std::string_view bundled_type(std::string_view reference, const Scope& scope);

  const Validator::Parts& parts_;
  Report own_report_;
  Report* report_ = &own_report_;  // another one while a slice or a target is tried
  InvariantRunner runner_;
  size_t values_ = 0;
  bool stopped_ = false;
  // Of the outermost Bundle: fullUrl -> resource type, made when the first reference asks.
  std::optional<std::unordered_map<std::string_view, std::string_view>> bundled_;
};

}  // namespace xinglin::validation::detail
