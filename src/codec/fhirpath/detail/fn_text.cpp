// Texts: FHIRPath 2.0 section 5.6. Places and lengths count characters.
#include <algorithm>

#include "codec/fhirpath/detail/machine.h"
#include "codec/fhirpath/detail/text.h"
#include "codec/fhirpath/detail/unicode.h"
#include "codec/fhirpath/errors.h"

namespace xinglin::fhirpath::detail {
namespace {

using Arguments1 = std::span<const Value>;

std::optional<std::string_view> text_argument(Machine& m, const Value& v) {
  if (v.kind() == Kind::String) return v.raw_string();
  m.fail(errors::kExecution, std::string("a text is expected, not a ").append(v.type_name()));
  return std::nullopt;
}
std::optional<int64_t> integer_argument(Machine& m, const Value& v) {
  if (v.kind() == Kind::Integer) return v.raw_integer();
  m.fail(errors::kExecution, std::string("an Integer is expected, not a ").append(v.type_name()));
  return std::nullopt;
}

enum class From { Start, End };
std::optional<Value> index_in(Machine& m, std::string_view text, const Value& wanted, From from) {
  const auto part = text_argument(m, wanted);
  if (!part) return std::nullopt;
  const size_t found = from == From::Start ? text.find(*part) : text.rfind(*part);
  if (found == std::string_view::npos) return Value::integer(-1);
  return Value::integer(static_cast<int64_t>(count_characters(text.substr(0, found))));
}
std::optional<Value> run_index_of(Machine& m, const Value& input, Arguments1 args) {
  return index_in(m, input.raw_string(), args[0], From::Start);
}
std::optional<Value> run_last_index_of(Machine& m, const Value& input, Arguments1 args) {
  return index_in(m, input.raw_string(), args[0], From::End);
}

bool run_substring(Machine& m, const Node& call, size_t base) {
  const auto input = m.single(base);
  if (!input || m.has_failed()) return !m.has_failed() && m.give_nothing(base);
  const auto text = text_argument(m, *input);
  const auto start_value = text ? m.argument(call.args[0]) : std::nullopt;
  if (m.has_failed()) return false;
  if (!start_value) return m.give_nothing(base);
  const auto start = integer_argument(m, *start_value);
  std::optional<int64_t> length;
  if (start && call.args.size() > 1) {
    // An empty length is as none.
    const auto value = m.argument(call.args[1]);
    length = value ? integer_argument(m, *value) : std::nullopt;
  }
  if (m.has_failed()) return false;
  const auto first = static_cast<size_t>(std::clamp<int64_t>(*start, 0, INT32_MAX));
  const size_t from = byte_of_character(*text, first);
  if (*start < 0 || from >= text->size()) return m.give_nothing(base);
  std::string_view rest = text->substr(from);
  if (length) rest = rest.substr(0, *length <= 0 ? 0 : byte_of_character(rest, static_cast<size_t>(*length)));
  return m.give(base, Value::string(rest));
}

std::optional<Value> run_starts_with(Machine& m, const Value& input, Arguments1 args) {
  const auto part = text_argument(m, args[0]);
  return part ? std::optional(Value::boolean(input.raw_string().starts_with(*part))) : std::nullopt;
}
std::optional<Value> run_ends_with(Machine& m, const Value& input, Arguments1 args) {
  const auto part = text_argument(m, args[0]);
  return part ? std::optional(Value::boolean(input.raw_string().ends_with(*part))) : std::nullopt;
}
std::optional<Value> run_contains(Machine& m, const Value& input, Arguments1 args) {
  const auto part = text_argument(m, args[0]);
  if (!part) return std::nullopt;
  return Value::boolean(input.raw_string().find(*part) != std::string_view::npos);
}
std::optional<Value> run_upper(Machine& m, const Value& input, Arguments1) {
  return m.make(to_upper(input.raw_string()));
}
std::optional<Value> run_lower(Machine& m, const Value& input, Arguments1) {
  return m.make(to_lower(input.raw_string()));
}
std::optional<Value> run_length(Machine&, const Value& input, Arguments1) {
  return Value::integer(static_cast<int64_t>(count_characters(input.raw_string())));
}
std::optional<Value> run_trim(Machine&, const Value& input, Arguments1) {
  constexpr std::string_view kBlank = " \t\r\n\f\v";
  const std::string_view text = input.raw_string();
  const size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return Value::string("");
  return Value::string(text.substr(first, text.find_last_not_of(kBlank) - first + 1));
}

std::optional<Value> run_replace(Machine& m, const Value& input, Arguments1 args) {
  const auto pattern = text_argument(m, args[0]), by = text_argument(m, args[1]);
  if (!pattern || !by) return std::nullopt;
  const std::string_view text = input.raw_string();
  std::string out;
  size_t at = 0;
  if (pattern->empty()) {
    // The empty pattern stands around every character.
    for (; at < text.size(); at += character_bytes(text, at)) {
      out.append(*by).append(text.substr(at, character_bytes(text, at)));
      if (!m.spend() || out.size() > (16U << 20U)) break;
    }
    return m.make(out.append(*by));
  }
  for (size_t found; (found = text.find(*pattern, at)) != std::string_view::npos;
       at = found + pattern->size()) {
    out.append(text.substr(at, found - at)).append(*by);
    if (!m.spend() || out.size() > (16U << 20U)) break;
  }
  return m.make(out.append(text.substr(at)));
}

// The single text of the input; nullopt: nothing to do, or a failure.
std::optional<std::string_view> text_input(Machine& m, size_t base) {
  const auto input = m.single(base);
  return input ? text_argument(m, *input) : std::nullopt;
}

bool run_to_chars(Machine& m, const Node&, size_t base) {
  const auto text = text_input(m, base);
  if (m.has_failed()) return false;
  m.pop_to(base);
  for (size_t at = 0; text && at < text->size(); at += character_bytes(*text, at))
    if (!m.push(Value::string(text->substr(at, character_bytes(*text, at))))) return false;
  return true;
}

bool run_split(Machine& m, const Node& call, size_t base) {
  const auto text = text_input(m, base);
  const auto by_value = text ? m.argument(call.args[0]) : std::nullopt;
  if (m.has_failed()) return false;
  m.pop_to(base);
  if (!by_value) return true;
  const auto by = text_argument(m, *by_value);
  if (!by) return false;
  if (by->empty()) return m.push(Value::string(*text));
  size_t at = 0;
  for (size_t found; (found = text->find(*by, at)) != std::string_view::npos; at = found + by->size())
    if (!m.push(Value::string(text->substr(at, found - at)))) return false;
  return m.push(Value::string(text->substr(at)));
}

bool run_join(Machine& m, const Node& call, size_t base) {
  std::string_view separator;
  if (!call.args.empty()) {
    const auto value = m.argument(call.args[0]);
    const auto text = value ? text_argument(m, *value) : std::nullopt;
    if (m.has_failed()) return false;
    separator = text.value_or("");
  }
  if (m.count(base) == 0) return true;
  std::string out;
  for (size_t i = base; i < m.size(); ++i) {
    const auto part = text_argument(m, to_system(m, m.at(i)));
    if (!part) return false;
    if (i > base) out.append(separator);
    out.append(*part);
  }
  return m.give(base, m.make(out));
}

constexpr std::array kFunctions{
    scalar("indexOf", 1, 1, Gives::Integer, run_index_of, Takes::Text),
    scalar("lastIndexOf", 1, 1, Gives::Integer, run_last_index_of, Takes::Text),
    stacked("substring", 1, 2, Gives::String, run_substring, Arguments::Plain, Takes::Text),
    scalar("startsWith", 1, 1, Gives::Boolean, run_starts_with, Takes::Text),
    scalar("endsWith", 1, 1, Gives::Boolean, run_ends_with, Takes::Text),
    scalar("contains", 1, 1, Gives::Boolean, run_contains, Takes::Text),
    scalar("upper", 0, 0, Gives::String, run_upper, Takes::Text),
    scalar("lower", 0, 0, Gives::String, run_lower, Takes::Text),
    scalar("length", 0, 0, Gives::Integer, run_length, Takes::Text),
    scalar("trim", 0, 0, Gives::String, run_trim, Takes::Text),
    scalar("replace", 2, 2, Gives::String, run_replace, Takes::Text),
    stacked("toChars", 0, 0, Gives::String, run_to_chars, Arguments::Plain, Takes::Text),
    stacked("split", 1, 1, Gives::String, run_split, Arguments::Plain, Takes::Text),
    stacked("join", 0, 1, Gives::String, run_join),
};

}  // namespace

std::span<const FunctionDef> text_functions() {
  return kFunctions;
}

}  // namespace xinglin::fhirpath::detail
