#include "codec/validation/detail/extension_context.h"

#include <algorithm>
#include <vector>

namespace xinglin::validation::detail {
namespace {

constexpr std::string_view kElement = "element:";

// Names from the resource the extension is in down to the element that carries it.
std::vector<std::string_view> names_within(const Place& place) {
  std::vector<std::string_view> out;
  for (const Place* at = place.parent; at && at->parent; at = at->parent) {
    if (at->name == "contained" || at->name == "resource") break;
    out.push_back(at->name);
  }
  std::reverse(out.begin(), out.end());
  return out;
}

bool is_type(const fhir::Structure& type, std::string_view wanted) {
  return type && (wanted == "Element" || type.is_a(wanted));
}

struct Carrier {
  std::vector<std::string_view> paths;  // "Patient.name", and "HumanName.family" inside of it
  fhir::Structure type;
  bool is_known = true;
};

Carrier carrier_of(const Place& place, const Scope& scope) {
  Carrier out;
  out.type = fhir::find_type(scope.type);
  fhir::Member at{out.type.root(), {}};
  for (const std::string_view name : names_within(place)) {
    at = at.element.is_choice() ? fhir::Member() : at.content().find(name);
    if (!at || name == "extension" || name == "modifierExtension") {
      out.is_known = false;
      return out;
    }
    out.type = at.type.structure();
  }
  out.paths.push_back(at.element.path());
  return out;
}

bool allows(std::string_view context, const Carrier& carrier) {
  if (!context.starts_with(kElement)) return true;
  const std::string_view expression = context.substr(kElement.size());
  if (std::find(carrier.paths.begin(), carrier.paths.end(), expression) != carrier.paths.end()) return true;
  if (expression == "Element" || expression == "*") return true;
  if (!carrier.type)
    return expression.find('.') == std::string_view::npos;  // a choice: its type is not at hand
  return is_type(carrier.type, expression);
}

}  // namespace

bool may_stand(const fhir::Structure& definition, const Place& place, const Scope& scope) {
  const fhir::Texts contexts = definition.contexts();
  if (contexts.empty()) return true;
  const Carrier carrier = carrier_of(place, scope);
  if (!carrier.is_known) return true;
  for (const std::string_view context : contexts)
    if (allows(context, carrier)) return true;
  return false;
}

}  // namespace xinglin::validation::detail
