// The pass over a parsed expression that knows types: resolves names to members of the R4 types, narrows
// choices, makes patterns ready, and refuses in strict mode what can have no meaning.
#include <algorithm>

#include "codec/fhirpath/detail/functions.h"
#include "codec/fhirpath/detail/lexer.h"
#include "codec/fhirpath/detail/model.h"
#include "codec/fhirpath/detail/program.h"
#include "codec/fhirpath/detail/unicode.h"
#include "codec/fhirpath/errors.h"

namespace xinglin::fhirpath::detail {
namespace {

// What is known beforehand about the items of an expression.
struct Static {
  std::vector<TypeId> types;  // each item has one of these ...
  bool is_open = true;        // ... or any other
  bool is_unordered = false;
};

constexpr size_t kMaxTypes = 80;

Static of(TypeId type) {
  return {{type}, is_abstract(type), false};
}
Static of(Kind kind) {
  return {{system_type(kind)}, false, false};
}

void add_type(Static& to, TypeId type) {
  if (is_abstract(type) || to.types.size() >= kMaxTypes)
    to.is_open = true;
  else if (std::find(to.types.begin(), to.types.end(), type) == to.types.end())
    to.types.push_back(type);
}

Static merged(Static a, const Static& b) {
  for (const TypeId type : b.types) add_type(a, type);
  a.is_open = a.is_open || b.is_open;
  a.is_unordered = a.is_unordered || b.is_unordered;
  return a;
}

class Typer {
public:
  Typer(Program& program, const Static& context) : program_(program), context_(context) {}

  Result<Static> infer(uint32_t id, const Static& self);

private:
  Result<Static> infer_path(Node& node, const Static& self);
  Result<Static> infer_step(Step& step, const Static& input, size_t offset);
  Result<bool> take_type_name(Node& node, Static& at);
  Result<Static> infer_call(Node& node, const Static& self);
  Result<Static> infer_repeat(const Node& node, const Static& input);
  Result<Static> infer_type(Node& node, const Static& self);
  Static infer_variable(const Node& node) const;
  Static given(const Node& node, const Static& input, const std::vector<Static>& args) const;
  Static target_type(const Node& node) const;
  Result<void> check_call(const Node& node, const Static& input, const std::vector<Static>& args) const;
  Result<void> make_pattern(Node& node) const;
  void narrow(const Node& node);
  bool is_strict() const { return program_.checking != Checking::Lenient; }

  Program& program_;
  Static context_;
};

Result<Static> Typer::infer(uint32_t id, const Static& self) {
  Node& node = program_.nodes[id];
  switch (node.op) {
    case Op::Nothing:
    case Op::Total:
      return Static();
    case Op::Literal:
      return of(node.literal.kind());
    case Op::This:
      return self;
    case Op::Index:
      return of(Kind::Integer);
    case Op::Variable:
      return infer_variable(node);
    case Op::Path:
      return infer_path(node, self);
    case Op::Call:
      return infer_call(node, self);
    case Op::Is:
    case Op::As:
      return infer_type(node, self);
    case Op::Indexer: {
      XL_TRY(Static input, infer(node.input, self));
      XL_CHECK(infer(node.args[0], self));
      if (program_.checking == Checking::Ordered && input.is_unordered)
        return error_at(errors::kSemantic, node.offset, "the items have no order");
      return input;
    }
    default:
      break;
  }
  Static all{{}, false, false};
  for (const uint32_t argument : node.args) {
    XL_TRY(const Static one, infer(argument, self));
    all = merged(std::move(all), one);
  }
  if (node.op == Op::Union || node.op == Op::Negate || node.op == Op::Keep) return all;
  if (node.op == Op::Concatenate) return of(Kind::String);
  return node.op < Op::Is ? Static() : of(Kind::Boolean);
}

Static Typer::infer_variable(const Node& node) const {
  if (node.name == "context") return context_;
  if (node.name == "sct" || node.name == "loinc" || node.name == "ucum") return of(Kind::String);
  const bool is_in_resource = context_.types.size() == 1 && is_resource(context_.types[0]);
  return node.name == "resource" && is_in_resource ? context_ : Static();
}

// A path may begin with the type of what it is asked of: Patient.name. True: the step was taken away.
Result<bool> Typer::take_type_name(Node& node, Static& at) {
  Step& step = node.steps.front();
  const bool is_capital = !step.name.empty() && step.name[0] >= 'A' && step.name[0] <= 'Z';
  const TypeId type = is_capital ? find_type(step.name) : kUnknownType;
  step.may_be_type = type != kUnknownType;
  if (!step.may_be_type) return false;
  const auto is_it = [&](TypeId t) { return is_a(t, step.name); };
  if (!at.is_open && std::none_of(at.types.begin(), at.types.end(), is_it)) {
    if (!is_strict()) return false;
    return error_at(errors::kSemantic, node.offset, "what is asked is no " + step.name);
  }
  if (at.is_open || !std::all_of(at.types.begin(), at.types.end(), is_it)) {
    // Seen when it runs; what goes on from here has that type.
    at = of(type);
    return false;
  }
  node.steps.erase(node.steps.begin());
  return true;
}

Result<Static> Typer::infer_path(Node& node, const Static& self) {
  Static at = self;
  if (node.input != kNoNode) {
    XL_TRY(at, infer(node.input, self));
  }
  size_t first = 0;
  if (!node.steps.empty() && node.steps.front().may_be_type) {
    const Static before = at;
    XL_TRY(const bool is_gone, take_type_name(node, at));
    if (!is_gone && node.steps.front().may_be_type) {
      // Either it is the type, or nothing of that name is there.
      const auto is_it = [&](TypeId t) { return is_a(t, node.steps.front().name); };
      if (!before.is_open && std::none_of(before.types.begin(), before.types.end(), is_it)) return Static();
      first = 1;
    }
  }
  for (size_t i = first; i < node.steps.size(); ++i) {
    XL_TRY(at, infer_step(node.steps[i], at, node.offset));
  }
  return at;
}

Result<Static> Typer::infer_step(Step& step, const Static& input, size_t offset) {
  Static result{{}, input.is_open, input.is_unordered};
  bool is_known = input.is_open || input.types.empty();
  step.cases.clear();
  for (const TypeId type : input.types) {
    const fhir::Element owner = element_of(type);
    if (is_system_type(type) || is_abstract(type) || !owner) {
      is_known = result.is_open = true;
      continue;
    }
    const fhir::Member member = owner.find(step.name);
    if (!member || member.element.name() != step.name) continue;
    is_known = true;
    const StepCase found = case_of(type, member);
    step.cases.push_back(found);
    if (!found.is_choice) {
      add_type(result, found.type);
    } else {
      for (const fhir::TypeUse use : member.element.types())
        add_type(result, type_of(fhir::Member{member.element, use}));
    }
  }
  if (!is_known && is_strict())
    return error_at(errors::kSemantic, offset,
                    std::string(name_of(input.types[0])).append(" has no element ").append(step.name));
  if (!is_known) result.is_open = true;
  return result;
}

Static Typer::target_type(const Node& node) const {
  if (node.target.type == kUnknownType)
    return node.target.is_system ? Static{{find_system_type(node.target.name)}, false, false} : Static();
  Static result = of(node.target.type);
  if (node.target.is_system) add_type(result, find_system_type(node.target.name));
  // A subtype may be there: it has all that the type has.
  return result;
}

// (Observation.value as Quantity): only valueQuantity is looked at.
void Typer::narrow(const Node& node) {
  if (node.input == kNoNode || program_.nodes[node.input].op != Op::Path ||
      program_.nodes[node.input].steps.empty())
    return;
  Step& last = program_.nodes[node.input].steps.back();
  for (StepCase& found : last.cases) {
    if (!found.is_choice) continue;
    const fhir::Element choice = element_of(found.from).find(last.name).element;
    std::vector<fhir::TypeUse> wanted;
    for (const fhir::TypeUse use : choice.types())
      if (node.target.matches_value(type_of(fhir::Member{choice, use}))) wanted.push_back(use);
    if (wanted.size() != 1) continue;
    found.only = type_of(fhir::Member{choice, wanted[0]});
    found.is_primitive = is_primitive(found.only);
    found.only_key = last.name + std::string(wanted[0].code());
    found.only_key[last.name.size()] =
        static_cast<char>(std::toupper(static_cast<unsigned char>(wanted[0].code()[0])));
    found.only_companion = "_" + found.only_key;
  }
}

Result<Static> Typer::infer_type(Node& node, const Static& self) {
  XL_CHECK(infer(node.input, self));
  if (node.op == Op::Is) return of(Kind::Boolean);
  if (!node.target.is_known)
    return error_at(errors::kSemantic, node.offset, "there is no type " + node.target.name);
  if (!is_strict()) narrow(node);
  return target_type(node);
}

Result<void> Typer::check_call(const Node& node, const Static& input, const std::vector<Static>& args) const {
  if (!is_strict()) return {};
  const auto none = [](const Static& s, auto accepts) {
    return !s.is_open && !s.types.empty() && std::none_of(s.types.begin(), s.types.end(), accepts);
  };
  const bool is_text = node.function->takes == Takes::Text;
  if (is_text && none(input, [](TypeId t) { return is_primitive(t) || t == system_type(Kind::String); }))
    return error_at(errors::kSemantic, node.offset, node.name + "() wants a text");
  if (node.name == "iif" &&
      none(args[0], [](TypeId t) { return !is_system_type(t) || t == system_type(Kind::Boolean); }))
    return error_at(errors::kSemantic, node.offset, "iif() wants a condition");
  const bool wants_order = node.name == "first" || node.name == "last" || node.name == "tail" ||
                           node.name == "skip" || node.name == "take";
  if (program_.checking == Checking::Ordered && wants_order && input.is_unordered)
    return error_at(errors::kSemantic, node.offset, node.name + "() wants items that have an order");
  return {};
}

Result<void> Typer::make_pattern(Node& node) const {
  const bool takes_pattern =
      node.name == "matches" || node.name == "matchesFull" || node.name == "replaceMatches";
  if (!takes_pattern || node.args.empty()) return {};
  const Node& argument = program_.node(node.args[0]);
  if (argument.op != Op::Literal || argument.literal.kind() != Kind::String) return {};
  XL_TRY(node.pattern, Pattern::compile(argument.literal.raw_string()));
  return {};
}

// Until nothing new comes: what repeat() finds is asked again.
Result<Static> Typer::infer_repeat(const Node& node, const Static& input) {
  Static seen = input, found{{}, false, false};
  for (size_t known = 0; known != seen.types.size() + 1;) {
    known = seen.types.size() + 1;
    XL_TRY(found, infer(node.args[0], seen));
    seen = merged(std::move(seen), found);
  }
  return found;
}

Static Typer::given(const Node& node, const Static& input, const std::vector<Static>& args) const {
  switch (node.function->gives) {
    case Gives::Input:
    case Gives::InputItem:
      return input;
    case Gives::Boolean:
      return of(Kind::Boolean);
    case Gives::Integer:
      return of(Kind::Integer);
    case Gives::Decimal:
      return of(Kind::Decimal);
    case Gives::String:
      return of(Kind::String);
    case Gives::Date:
      return of(Kind::Date);
    case Gives::DateTime:
      return of(Kind::DateTime);
    case Gives::Time:
      return of(Kind::Time);
    case Gives::Quantity:
      return of(Kind::Quantity);
    case Gives::Projection:
      return args[0];
    case Gives::Branches:
      return args.size() > 2 ? merged(args[1], args[2]) : args[1];
    case Gives::Both:
      return merged(input, args[0]);
    case Gives::Target:
      return target_type(node);
    case Gives::Extensions:
      return of(known_types().extension);
    default:
      break;
  }
  Static any;
  any.is_unordered = node.name == "children" || node.name == "descendants";
  return any;
}

Result<Static> Typer::infer_call(Node& node, const Static& self) {
  Static input = self;
  if (node.input != kNoNode) {
    XL_TRY(input, infer(node.input, self));
  }
  if (node.name == "repeat") return infer_repeat(node, input);
  std::vector<Static> args;
  for (const uint32_t argument : node.args) {
    XL_TRY(Static one, infer(argument, node.function->args == Arguments::Lambda ? input : self));
    args.push_back(std::move(one));
  }
  XL_CHECK(check_call(node, input, args));
  XL_CHECK(make_pattern(node));
  if (node.name == "ofType") {
    if (!node.target.is_known)
      return error_at(errors::kSemantic, node.offset, "there is no type " + node.target.name);
    narrow(node);
  }
  return given(node, input, args);
}

}  // namespace

Result<void> resolve_types(Program& program, TypeId context) {
  const Static start = context == kUnknownType ? Static() : of(context);
  XL_CHECK(Typer(program, start).infer(program.root, start));
  return {};
}

}  // namespace xinglin::fhirpath::detail
