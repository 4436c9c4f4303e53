// The validation tables, read from text once. A line is one element:
//
//   name cardinality type|type...          cardinality: ? 0..1, 1 1..1, * 0..*, + 1..*
//   name cardinality {                     a backbone element; its children follow, up to "}"
//
// `name[x]` is a choice: each type makes a key of its own (valueQuantity). A type may be followed by "=a,b,c"
// (required binding) or, for Reference, by ">Patient,Group" (targets; none means any).
// "@Observation.referenceRange" means the same content as that element. "resource NAME" and "type NAME" open
// a structure, "backbone" in it adds modifierExtension.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "codec/fhir/primitive.h"

namespace xinglin::fhir::detail {

struct Structure;

struct TypeUse {
  std::string_view name;
  std::optional<Primitive> primitive;
  const Structure* structure = nullptr;   // null for primitives and for types that are not checked inside
  std::vector<std::string_view> codes;    // required binding, or empty
  std::vector<std::string_view> targets;  // of a Reference, or empty for any
  bool is_reference = false;
  bool is_resource = false;  // contained
};

struct Element {
  std::string_view name;  // without [x]
  size_t index = 0;       // within the structure, below 64
  bool required = false, many = false;
  std::vector<TypeUse> types;
};

struct Key {
  const Element* element = nullptr;
  const TypeUse* type = nullptr;
};

struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

struct Structure {
  std::string_view name;
  bool is_resource = false;
  std::vector<std::unique_ptr<Element>> elements;
  std::unordered_map<std::string, Key, TextHash, std::equal_to<>>
      keys;  // JSON member name -> element and type
  uint64_t required_mask = 0;
};

class Tables {
public:
  Tables();
  const Structure* resource(std::string_view name) const;
  const Structure* type(std::string_view name) const;

private:
  friend class Reader;
  std::unordered_map<std::string_view, std::unique_ptr<Structure>> structures_;
  std::vector<std::unique_ptr<std::string>> names_;  // of backbone structures: the views above point here
};

const Tables& tables();  // built at first use, then immutable

// The texts, in tables_*.cpp.
extern const std::string_view kDataTypes, kMetaTypes, kPatientTables, kObservationTables, kRequestTables;

}  // namespace xinglin::fhir::detail
