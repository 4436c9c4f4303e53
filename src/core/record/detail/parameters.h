// The search parameters of each type, made once from the official definitions: where the values are, how they
// are indexed, and the numbers their rows carry on disk. Those numbers follow from the definitions; when
// fingerprint() is not the one a database was filled with, its rows are made again (rebuild.h). Immutable.
// FHIR R4 3.1.1 and the SearchParameter tables of each resource.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/record/detail/walk.h"
#include "core/record/record.h"

namespace xinglin::record::detail {

enum class Kind : uint8_t { Token, Reference, Date, String, Quantity, Number, Uri, Composite, Special };
std::string_view to_string(Kind kind);

// One part of a composite. Its rows are those of a parameter when the composite is about the whole resource,
// else rows of each element (ElementRows).
struct Component {
  Kind kind = Kind::Token;
  int64_t number = 0;
  Walk walk;               // from the element, or from the resource
  bool from_root = false;  // "%resource..."
};
// A composite about elements: an element has a row number of its own (element_key).
struct ElementRows {
  Branch element;
  std::vector<Component> components;
};

struct ParameterDef {
  std::string_view name;
  Kind kind = Kind::Token;
  std::string_view prose, expression;
  int ordinal = 0;               // among those of the type: its bit in record_entry.present
  std::vector<int64_t> numbers;  // of the rows that answer it: its own, or those of parameters it is made of
  bool owns_rows = false;
  Walk walk;
  std::vector<std::string_view> targets;  // of a reference: the types a bare id may mean
  std::string_view only_target;           // the rows are of a wider parameter: only those to this type count
  bool repeats = false;
  // Of a composite: groups of components, each group answers for itself (resource level or elements).
  std::vector<std::vector<Component>> groups;
  std::vector<bool> group_is_of_elements;
};

struct TypeDef {
  int number = 0;
  std::string_view name;
  std::string event;  // "observation", as in record.observation-created
  std::deque<ParameterDef> parameters;
  std::vector<ElementRows> elements;            // composites that have rows of their own
  std::vector<const ParameterDef*> by_patient;  // members of the Patient compartment by these
  const ParameterDef* find(std::string_view name) const;
};

const TypeDef* find_type(std::string_view name);
std::span<const TypeDef> all_types();
const TypeDef* type_of_number(int number);
const ParameterDef* find_parameter(const TypeDef& type, std::string_view name);
inline int64_t disk_number(const TypeDef&, const ParameterDef& parameter) {
  return parameter.numbers.empty() ? 0 : parameter.numbers.front();
}
// Says which rows belong to which parameters; changes when definitions, walks or the way of reading change.
const std::string& fingerprint();
// Codes of the parameters that put a resource of the type into the compartment ("Patient", "Encounter" ...).
std::vector<const ParameterDef*> compartment_parameters(std::string_view compartment, const TypeDef& type);

}  // namespace xinglin::record::detail
