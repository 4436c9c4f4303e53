// Regular expressions: FHIRPath 2.0 section 5.6.8 to 5.6.10. A literal one is compiled with the expression.
#include "codec/fhirpath/detail/machine.h"
#include "codec/fhirpath/detail/unicode.h"
#include "codec/fhirpath/errors.h"

namespace xinglin::fhirpath::detail {
namespace {

template <class T>
std::optional<T> checked(Machine& m, Result<T> result) {
  if (result.ok()) return std::move(*result);
  m.fail(result.error().code(), result.error().message());
  return std::nullopt;
}

std::shared_ptr<const Pattern> pattern_of(Machine& m, const Node& call, const Value& text) {
  if (call.pattern) return call.pattern;
  return checked(m, Pattern::compile(text.raw_string())).value_or(nullptr);
}

// Input and arguments as texts; nullopt: one of them is empty, or the machine has failed.
std::optional<std::array<Value, 3>> texts_of(Machine& m, const Node& call, size_t base) {
  std::array<Value, 3> texts;
  for (size_t i = 0; i <= call.args.size(); ++i) {
    const auto value = i == 0 ? m.single(base) : m.argument(call.args[i - 1]);
    if (!value) return std::nullopt;
    if (value->kind() != Kind::String) {
      m.fail(errors::kExecution, call.name + "() wants texts");
      return std::nullopt;
    }
    texts[i] = *value;
  }
  return texts;
}

bool run_matches(Machine& m, const Node& call, size_t base) {
  const auto texts = texts_of(m, call, base);
  if (!texts) return !m.has_failed() && m.give_nothing(base);
  const auto pattern = pattern_of(m, call, (*texts)[1]);
  if (!pattern) return false;
  const auto found = checked(m, call.name == "matchesFull" ? pattern->is_whole((*texts)[0].raw_string())
                                                           : pattern->found_in((*texts)[0].raw_string()));
  return found && m.give(base, *found);
}

bool run_replace_matches(Machine& m, const Node& call, size_t base) {
  const auto texts = texts_of(m, call, base);
  if (!texts) return !m.has_failed() && m.give_nothing(base);
  if ((*texts)[1].raw_string().empty()) return m.give(base, (*texts)[0]);
  const auto pattern = pattern_of(m, call, (*texts)[1]);
  if (!pattern) return false;
  const auto replaced = checked(m, pattern->replace_all((*texts)[0].raw_string(), (*texts)[2].raw_string()));
  return replaced && m.give(base, m.make(*replaced));
}

constexpr std::array kFunctions{
    stacked("matches", 1, 1, Gives::Boolean, run_matches, Arguments::Plain, Takes::Text),
    stacked("matchesFull", 1, 1, Gives::Boolean, run_matches, Arguments::Plain, Takes::Text),
    stacked("replaceMatches", 2, 2, Gives::String, run_replace_matches, Arguments::Plain, Takes::Text),
};

}  // namespace

std::span<const FunctionDef> pattern_functions() {
  return kFunctions;
}

}  // namespace xinglin::fhirpath::detail
