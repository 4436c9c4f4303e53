// encode, decode, escape, unescape: FHIRPath 2.1 section 5.6.11 to 5.6.14.
#include <algorithm>
#include <array>

#include "base/charset.h"
#include "base/digest.h"
#include "base/json_text.h"
#include "codec/fhirpath/detail/machine.h"
#include "codec/fhirpath/detail/text.h"
#include "codec/fhirpath/errors.h"

namespace xinglin::fhirpath::detail {
namespace {

using Arguments1 = std::span<const Value>;

std::span<const uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

void swap_alphabet(std::string& text, std::string_view from, std::string_view to) {
  for (char& c : text)
    if (const size_t i = from.find(c); i != std::string_view::npos) c = to[i];
}

std::optional<Value> run_encode(Machine& m, const Value& input, Arguments1 args) {
  if (args[0].kind() != Kind::String) return std::nullopt;
  const std::string_view format = args[0].raw_string(), text = input.raw_string();
  if (format == "hex") return m.make(to_hex(bytes_of(text)));
  if (format != "base64" && format != "urlbase64") return std::nullopt;
  std::string out = to_base64(bytes_of(text));
  if (format == "urlbase64") swap_alphabet(out, "+/", "-_");
  return m.make(out);
}

std::optional<Value> run_decode(Machine& m, const Value& input, Arguments1 args) {
  if (args[0].kind() != Kind::String) return std::nullopt;
  const std::string_view format = args[0].raw_string(), text = input.raw_string();
  std::optional<std::vector<uint8_t>> bytes;
  if (format == "hex") bytes = from_hex(text);
  if (format == "base64" || format == "urlbase64") bytes = from_base64(text);
  if (!bytes) return std::nullopt;
  const std::string decoded(bytes->begin(), bytes->end());
  return charset::is_valid_utf8(decoded) ? std::optional(m.make(decoded)) : std::nullopt;
}

struct Entity {
  std::string_view name;
  char character;
};
constexpr std::array<Entity, 5> kEntities{
    {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}}};

std::string to_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto found =
        std::find_if(kEntities.begin(), kEntities.end(), [c](const Entity& e) { return e.character == c; });
    if (found == kEntities.end())
      out.push_back(c);
    else
      out.append(found->name);
  }
  return out;
}

std::string from_html(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    const auto found = std::find_if(kEntities.begin(), kEntities.end(),
                                    [&](const Entity& e) { return rest.starts_with(e.name); });
    out.push_back(found == kEntities.end() ? text[i] : found->character);
    i += found == kEntities.end() ? 1 : found->name.size();
  }
  return out;
}

std::optional<Value> run_escape(Machine& m, const Value& input, Arguments1 args) {
  if (args[0].kind() != Kind::String) return std::nullopt;
  if (args[0].raw_string() == "html") return m.make(to_html(input.raw_string()));
  if (args[0].raw_string() != "json") return std::nullopt;
  std::string quoted;
  json::append_quoted(quoted, input.raw_string());
  return m.make(quoted.substr(1, quoted.size() - 2));
}

// What is no escape of JSON stays as it is.
std::string from_json(std::string_view text) {
  constexpr std::string_view kFrom = "\"\\/bfnrt", kTo = "\"\\/\b\f\n\r\t";
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const size_t simple =
        text[i] == '\\' && i + 1 < text.size() ? kFrom.find(text[i + 1]) : std::string_view::npos;
    const bool is_code = text.substr(i, 2) == "\\u" && text.size() >= i + 6;
    const auto code = is_code ? hex_value(text.substr(i + 2, 4)) : std::nullopt;
    if (simple != std::string_view::npos) {
      out.push_back(kTo[simple]);
      i += 2;
    } else if (code && (*code < 0xD800 || *code > 0xDFFF)) {
      append_utf8(out, *code);
      i += 6;
    } else {
      out.push_back(text[i++]);
    }
  }
  return out;
}

std::optional<Value> run_unescape(Machine& m, const Value& input, Arguments1 args) {
  if (args[0].kind() != Kind::String) return std::nullopt;
  if (args[0].raw_string() == "html") return m.make(from_html(input.raw_string()));
  return args[0].raw_string() == "json" ? std::optional(m.make(from_json(input.raw_string()))) : std::nullopt;
}

constexpr std::array kFunctions{
    scalar("encode", 1, 1, Gives::String, run_encode, Takes::Text),
    scalar("decode", 1, 1, Gives::String, run_decode, Takes::Text),
    scalar("escape", 1, 1, Gives::String, run_escape, Takes::Text),
    scalar("unescape", 1, 1, Gives::String, run_unescape, Takes::Text),
};

}  // namespace

std::span<const FunctionDef> coding_functions() {
  return kFunctions;
}

}  // namespace xinglin::fhirpath::detail
