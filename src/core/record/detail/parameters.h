// The search parameters of each type: where the values are, how they are indexed, and the number they have on
// disk. Numbers are never given to another parameter: rows in a database carry them. FHIR R4 3.1.1 and the
// SearchParameter tables of each resource.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/record/record.h"

namespace xinglin::record::detail {

enum class Kind { Token, Reference, Date, String, Quantity, Number, Uri };
std::string_view to_string(Kind kind);

struct ParameterDef {
  int number;  // 1..63; shared by an alias (patient, subject)
  std::string_view name;
  Kind kind;
  std::string_view
      paths;  // "a.b|c": dotted paths, arrays are walked through; "?deceased" marks a special rule
  std::string_view prose;
  std::string_view targets = {};  // Reference: "Patient,Group", the types a bare id may mean
  bool is_main_date = false;      // kept in the resource row itself
  bool is_alias = false;          // rows are made by the parameter of the same number
};

struct TypeDef {
  int number;
  std::string_view name;
  std::string_view event;    // "observation", as in record.observation-created
  std::string_view patient;  // path of the reference to the patient, "" for Patient itself
  std::span<const ParameterDef> parameters;
};

const TypeDef* find_type(std::string_view name);
std::span<const TypeDef> all_types();
const ParameterDef* find_parameter(const TypeDef& type, std::string_view name);
inline int64_t disk_number(const TypeDef& type, const ParameterDef& parameter) {
  return type.number * 64 + parameter.number;
}

}  // namespace xinglin::record::detail
