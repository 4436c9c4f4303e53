// What an expression is compiled into: a tree of nodes in one vector, children by index. Immutable
// afterwards.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "codec/fhirpath/expression.h"
#include "codec/fhirpath/value.h"

namespace xinglin::fhirpath::detail {

struct FunctionDef;
class Pattern;

inline constexpr uint32_t kNoNode = 0xffffffff;
inline constexpr size_t kMaxTextBytes = 64 * 1024, kMaxNodes = 20'000;
inline constexpr int kMaxDepth = 100, kMaxHeight = 400;

enum class Op : uint8_t {
  Nothing,
  Literal,
  This,
  Index,
  Total,
  Variable,
  Path,
  Call,
  Indexer,
  Negate,
  Keep,
  Multiply,
  Divide,
  Div,
  Mod,
  Add,
  Subtract,
  Concatenate,
  Is,
  As,
  Union,
  Less,
  LessOrEqual,
  Greater,
  GreaterOrEqual,
  Equal,
  NotEqual,
  Equivalent,
  NotEquivalent,
  In,
  Contains,
  And,
  Or,
  Xor,
  Implies
};

// What a name stands for at one type of the items it is asked of.
struct StepCase {
  TypeId from = kUnknownType;
  TypeId type = kUnknownType;  // of what is there; unknown for a choice
  bool is_choice = false;
  bool is_primitive = false;
  bool is_resource = false;    // the type is what the resource says
  TypeId only = kUnknownType;  // of a choice: the one type that is wanted, under `only_key`
  std::string only_key, only_companion;
};

// For a member of `owner` that the definitions know.
StepCase case_of(TypeId owner, const fhir::Member& member);

struct Step {
  std::string name, companion_key, kept_key;
  std::vector<StepCase> cases;
  bool may_be_type = false;  // the first name of a path: perhaps the type of the item itself
};

struct TypeTarget {
  std::string name;
  bool is_system = false, is_fhir = false, is_known = false;
  TypeId type = kUnknownType;
  bool matches(TypeId type) const;        // is: itself or a subtype
  bool matches_value(TypeId type) const;  // as, ofType: primitives by themselves only
};

struct Node {
  Op op = Op::Nothing;
  uint32_t input = kNoNode;    // of Path, Call, Indexer, Is, As; kNoNode: $this
  std::vector<uint32_t> args;  // of operators both sides
  size_t offset = 0;
  Value literal;
  std::vector<Step> steps;
  std::string name;  // of variables and functions
  const FunctionDef* function = nullptr;
  TypeTarget target;
  std::shared_ptr<const Pattern>
      pattern;  // of a literal regular expression; shared with nobody, held for its deleter
};

struct Program {
  std::string text;
  std::vector<Node> nodes;
  uint32_t root = kNoNode;
  Checking checking = Checking::Lenient;
  std::deque<std::string> texts;  // what literals point to
  std::deque<Decimal> decimals;
  std::deque<Quantity> quantities;

  const Node& node(uint32_t i) const { return nodes[i]; }
};

Result<void> parse_into(Program& program);
Result<void> resolve_types(Program& program, TypeId context);

}  // namespace xinglin::fhirpath::detail
