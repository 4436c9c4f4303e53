// The expressions of search parameters as short walks over JSON: members (a choice by the key of its type),
// where(field='x'), where(resolve() is Type), extension('url'), hasExtension('url'), [n], as and ofType,
// joined by |. That is all R4's own definitions use; compiling says what it does not know, and a test holds
// that it knows all of them. A walk is made once and then only read: some nanoseconds per step, no heap.
// FHIR R4 3.1.1, 5.5 (SearchParameter.expression).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "codec/fhir/definitions.h"

namespace xinglin::record::detail {

// How the value at the end is read.
enum class Shape : uint8_t {
  Other,
  Boolean,
  Code,  // code, string, id, markdown: a text
  Uri,
  Number,
  Time,  // date, dateTime, instant
  Coding,
  CodeableConcept,
  Identifier,
  ContactPoint,
  Quantity,
  Money,
  Range,
  Reference,
  Period,
  Timing,
  HumanName,
  Address,
  Extension,
  Resource,
};
Shape shape_of(std::string_view fhir_type);

struct Step {
  enum class Op : uint8_t { Member, Where, ResolvesTo, HasExtension };
  Op op = Op::Member;
  std::string name, value;
  int index = -1;  // of Member: only this item
};

struct Branch {
  std::vector<Step> steps;
  Shape shape = Shape::Other;
  bool repeats = false;  // may give several values
  std::string text;      // "component.valueQuantity"; the same text means the same walk
};

struct Walk {
  std::vector<Branch> branches;
  bool exists_not_false = false;  // gives true or false: "x.exists() and x != false"
  std::string not_understood;     // the first part that is not of the language, or ""
  bool repeats() const;
  bool has_uri() const;
};

// For the type the expression is asked for; branches of other types are left out.
Walk compile_walk(std::string_view type, std::string_view expression);
// From an element on, as the components of a composite are written; "%resource" begins at the root.
Walk compile_walk_from(std::string_view type, const fhir::Element& start, std::string_view expression);
// The elements a composite is about, each with where it stands.
fhir::Element element_of(std::string_view type, const Branch& branch);

// The type a reference leads to, as its text says; "" when it does not.
std::string_view type_of_reference(const json::value& reference);

template <class Visit>
void enter(const json::object& object, const Branch& branch, size_t at, const Visit& visit);

template <class Visit>
void follow(const json::value& value, const Branch& branch, size_t at, const Visit& visit) {
  if (const json::array* items = value.if_array()) {
    for (const json::value& item : *items) follow(item, branch, at, visit);
    return;
  }
  if (at == branch.steps.size()) {
    if (!value.is_null()) visit(value, branch.shape);
    return;
  }
  const Step& step = branch.steps[at];
  if (step.op == Step::Op::ResolvesTo) {
    if (type_of_reference(value) == step.value) follow(value, branch, at + 1, visit);
    return;
  }
  const json::object* object = value.if_object();
  if (!object) return;
  if (step.op == Step::Op::Where) {
    if (json::find_string(*object, step.name) == step.value) follow(value, branch, at + 1, visit);
    return;
  }
  if (step.op == Step::Op::HasExtension) {
    const json::array* extensions = json::find_array(*object, "extension");
    if (!extensions) return;
    for (const json::value& one : *extensions)
      if (one.is_object() && json::find_string(one.get_object(), "url") == step.value)
        return follow(value, branch, at + 1, visit);
    return;
  }
  enter(*object, branch, at, visit);
}

// From an object, when the step is a member: every walk begins with one.
template <class Visit>
void enter(const json::object& object, const Branch& branch, size_t at, const Visit& visit) {
  if (at == branch.steps.size()) return;
  const Step& step = branch.steps[at];
  const json::value* next = json::find(object, step.name);
  if (!next) return;
  if (step.index < 0) return follow(*next, branch, at + 1, visit);
  const json::array* items = next->if_array();
  const auto index = static_cast<size_t>(step.index);
  if (items && index < items->size()) follow((*items)[index], branch, at + 1, visit);
}

}  // namespace xinglin::record::detail
