// The functions of FHIRPath and of FHIR R4: names, numbers of arguments, what they take and give, and their
// code.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "codec/fhirpath/detail/program.h"
#include "codec/fhirpath/value.h"

namespace xinglin::fhirpath::detail {

class Machine;

enum class Arguments : uint8_t {
  Plain,   // evaluated where the call stands
  Lambda,  // evaluated for each item of the input, which is $this
  Type,    // the one argument is a type
};
enum class Takes : uint8_t { Any, Text, One };  // Text: a single string; One: a single item
// What a call gives, as far as its types are known beforehand.
enum class Gives : uint8_t {
  Unknown,
  Input,
  InputItem,
  Boolean,
  Integer,
  Decimal,
  String,
  Date,
  DateTime,
  Time,
  Quantity,
  Projection,
  Branches,
  Both,
  Target,
  Extensions,
  Anything
};

// Scalar functions see one System value (elements are converted) and all arguments evaluated to one each;
// they are not called when the input or an argument is empty. nullopt: the result is empty, or the machine
// has failed.
using ScalarFunction = std::optional<Value> (*)(Machine&, const Value& input,
                                                std::span<const Value> arguments);
// Others find their input on the stack from `base` on and leave their result there. False: the machine has
// failed.
using StackFunction = bool (*)(Machine&, const Node& call, size_t base);

struct FunctionDef {
  std::string_view name;
  uint8_t min_args, max_args;
  Arguments args;
  Takes takes;
  Gives gives;
  ScalarFunction scalar;
  StackFunction stack;
};

const FunctionDef* find_function(std::string_view name);

// One table per file of functions.
std::span<const FunctionDef> existence_functions();
std::span<const FunctionDef> filter_functions();
std::span<const FunctionDef> set_functions();
std::span<const FunctionDef> text_functions();
std::span<const FunctionDef> pattern_functions();
std::span<const FunctionDef> coding_functions();
std::span<const FunctionDef> math_functions();
std::span<const FunctionDef> conversion_functions();
std::span<const FunctionDef> boundary_functions();
std::span<const FunctionDef> utility_functions();
std::span<const FunctionDef> fhir_functions();

constexpr FunctionDef scalar(std::string_view name, uint8_t min, uint8_t max, Gives gives,
                             ScalarFunction code, Takes takes = Takes::One) {
  return {name, min, max, Arguments::Plain, takes, gives, code, nullptr};
}
constexpr FunctionDef stacked(std::string_view name, uint8_t min, uint8_t max, Gives gives,
                              StackFunction code, Arguments args = Arguments::Plain,
                              Takes takes = Takes::Any) {
  return {name, min, max, args, takes, gives, nullptr, code};
}

}  // namespace xinglin::fhirpath::detail
