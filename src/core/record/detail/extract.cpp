#include "core/record/detail/extract.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "codec/fhir/reference.h"
#include "codec/fhir/text.h"
#include "core/record/detail/fold.h"

namespace xinglin::record::detail {
namespace {

constexpr size_t kStringBytesMax = 512;  // of an indexed text; longer ones are found by their beginning

std::string_view take(std::string_view& text, char until) {
  const size_t end = std::min(text.find(until), text.size());
  const std::string_view out = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return out;
}

// Calls `visit` for each value at the dotted path; arrays on the way are walked through.
template <class F>
void walk(const json::value& value, std::string_view path, const F& visit) {
  if (const json::array* items = value.if_array()) {
    for (const json::value& item : *items) walk(item, path, visit);
    return;
  }
  if (path.empty()) return visit(value);
  const json::object* object = value.if_object();
  if (!object) return;
  const std::string_view step = take(path, '.');
  if (const json::value* next = json::find(*object, step)) walk(*next, path, visit);
}

template <class F>
void walk_all(const json::object& resource, std::string_view paths, const F& visit) {
  while (!paths.empty()) {
    std::string_view path = take(paths, '|');
    const std::string_view step = take(path, '.');
    if (const json::value* value = json::find(resource, step)) walk(*value, path, visit);
  }
}

std::string text_of(const json::object& object, std::string_view key) {
  return std::string(json::find_string(object, key).value_or(std::string_view{}));
}

void add_token(std::vector<TokenRow>& rows, int64_t number, std::string code, std::string system = {}) {
  if (!code.empty()) rows.push_back({number, std::move(code), std::move(system)});
}

// code, boolean, Coding, CodeableConcept, Identifier or ContactPoint, told apart by their shape.
void token(std::vector<TokenRow>& rows, int64_t number, const json::value& value) {
  if (value.is_string()) return add_token(rows, number, std::string(std::string_view(value.get_string())));
  if (value.is_bool()) return add_token(rows, number, value.get_bool() ? "true" : "false");
  const json::object* object = value.if_object();
  if (!object) return;
  if (const json::array* codings = json::find_array(*object, "coding")) {
    for (const json::value& coding : *codings)
      if (const json::object* c = coding.if_object())
        add_token(rows, number, text_of(*c, "code"), text_of(*c, "system"));
    return;
  }
  if (object->contains("value"))
    return add_token(rows, number, text_of(*object, "value"), text_of(*object, "system"));
  add_token(rows, number, text_of(*object, "code"), text_of(*object, "system"));
}

// ContactPoint.system is a kind of contact, not a code system: it narrows phone and email and is not
// searched.
void contact(std::vector<TokenRow>& rows, int64_t number, const json::object& resource,
             std::string_view kind) {
  walk_all(resource, "telecom", [&](const json::value& value) {
    const json::object* object = value.if_object();
    if (!object || (!kind.empty() && text_of(*object, "system") != kind)) return;
    add_token(rows, number, text_of(*object, "value"));
  });
}

void special(std::vector<TokenRow>& rows, int64_t number, const json::object& resource,
             std::string_view rule) {
  if (rule == "?phone") return contact(rows, number, resource, "phone");
  if (rule == "?email") return contact(rows, number, resource, "email");
  const bool dead =
      resource.contains("deceasedDateTime") || json::find_bool(resource, "deceasedBoolean") == true;
  add_token(rows, number, dead ? "true" : "false");
}

void reference(std::vector<ReferenceRow>& rows, int64_t number, const json::value& value) {
  const json::object* object = value.if_object();
  const auto text = object ? json::find_string(*object, "reference") : std::nullopt;
  const auto parsed = text ? fhir::parse_reference(*text) : std::nullopt;
  if (!parsed || parsed->kind == fhir::Reference::Kind::Contained) return;
  const bool relative = parsed->kind == fhir::Reference::Kind::Relative;
  rows.push_back({number, relative ? parsed->type + "/" + parsed->id : parsed->text});
}

// string, HumanName or Address: each of its texts is a value of its own.
void strings(std::vector<StringRow>& rows, int64_t number, const json::value& value) {
  if (value.is_string()) {
    const std::string_view text(value.get_string());
    size_t size = std::min(text.size(), kStringBytesMax);
    while (size < text.size() && size > 0 && (text[size] & 0xC0) == 0x80) --size;  // not within a character
    std::string exact(text.substr(0, size));
    rows.push_back({number, fold(exact), std::move(exact)});
    return;
  }
  if (const json::array* items = value.if_array()) {
    for (const json::value& item : *items) strings(rows, number, item);
    return;
  }
  const json::object* object = value.if_object();
  if (!object) return;
  for (const auto& member : *object) {
    const std::string_view key(member.key());
    if (key == "use" || key == "type" || key == "id" || key.starts_with('_')) continue;
    if (member.value().is_string() || key == "given" || key == "prefix" || key == "suffix" || key == "line")
      strings(rows, number, member.value());
  }
}

void quantity(std::vector<NumberRow>& rows, int64_t number, const json::value& value) {
  const json::object* object = value.if_object();
  auto amount = object ? json::find_number(*object, "value") : std::nullopt;
  if (!amount) return;
  amount = fhir::round_decimal(*amount);  // as the stored text will say it
  constexpr double kInfinity = std::numeric_limits<double>::max();
  NumberRow row{number,
                *amount,
                *amount,
                text_of(*object, "system"),
                text_of(*object, "code"),
                text_of(*object, "unit")};
  // "<5" may be anything below 5: it has a range, not a value.
  const std::string comparator = text_of(*object, "comparator");
  if (comparator == "<") row.low = -kInfinity, row.high = std::nextafter(*amount, -kInfinity);
  if (comparator == "<=") row.low = -kInfinity;
  if (comparator == ">=") row.high = kInfinity;
  if (comparator == ">") row.low = std::nextafter(*amount, kInfinity), row.high = kInfinity;
  rows.push_back(std::move(row));
}

void add_value(Rows& rows, const ParameterDef& parameter, int64_t number, const json::value& value) {
  switch (parameter.kind) {
    case Kind::Token:
      return token(rows.tokens, number, value);
    case Kind::Uri:
      return token(rows.tokens, number, value);
    case Kind::Reference:
      return reference(rows.references, number, value);
    case Kind::String:
      return strings(rows.strings, number, value);
    case Kind::Quantity:
      return quantity(rows.numbers, number, value);
    case Kind::Number:
      if (value.is_number()) {
        const double n = fhir::round_decimal(value.to_number<double>());
        rows.numbers.push_back({number, n, n, "", "", ""});
      }
      return;
    case Kind::Date:
      break;
  }
  const auto span = time_span(value);
  if (!span) return;
  if (parameter.is_main_date)
    rows.main_date = span;
  else
    rows.dates.push_back({number, span->first.us, span->last.us});
}

template <class Row>
void tidy(std::vector<Row>& rows) {
  if (rows.size() < 2) return;
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
}

}  // namespace

std::optional<TimeSpan> time_span(const json::value& value) {
  if (value.is_string()) return parse_fhir_time(std::string_view(value.get_string()));
  const json::object* object = value.if_object();
  if (!object) return std::nullopt;
  if (const json::array* events = json::find_array(*object, "event")) {
    std::optional<TimeSpan> out;
    for (const json::value& event : *events) {
      const auto one = event.is_string() ? time_span(event) : std::nullopt;
      if (one) out = out ? TimeSpan{std::min(out->first, one->first), std::max(out->last, one->last)} : *one;
    }
    return out;
  }
  const auto start = json::find_string(*object, "start"), end = json::find_string(*object, "end");
  const auto first = start ? parse_fhir_time(*start) : std::nullopt,
             last = end ? parse_fhir_time(*end) : std::nullopt;
  if (!first && !last) return std::nullopt;
  return TimeSpan{first ? first->first : Instant{kBeginOfTimeUs}, last ? last->last : Instant{kEndOfTimeUs}};
}

Rows extract(const TypeDef& type, const json::object& resource) {
  Rows rows;
  for (const ParameterDef& parameter : type.parameters) {
    if (parameter.is_alias) continue;
    const int64_t number = disk_number(type, parameter);
    if (parameter.paths.starts_with('?'))
      special(rows.tokens, number, resource, parameter.paths);
    else if (parameter.paths == "telecom")
      contact(rows.tokens, number, resource, "");
    else
      walk_all(resource, parameter.paths,
               [&](const json::value& value) { add_value(rows, parameter, number, value); });
  }
  tidy(rows.tokens);
  tidy(rows.references);
  tidy(rows.strings);
  tidy(rows.dates);
  tidy(rows.numbers);
  if (type.patient.empty()) {
    rows.patient = text_of(resource, "id");
  } else if (const json::object* subject = json::find_object(resource, type.patient)) {
    const auto text = json::find_string(*subject, "reference");
    const auto parsed = text ? fhir::parse_reference(*text) : std::nullopt;
    if (parsed && parsed->kind == fhir::Reference::Kind::Relative && parsed->type == "Patient")
      rows.patient = parsed->id;
  }
  return rows;
}

}  // namespace xinglin::record::detail
