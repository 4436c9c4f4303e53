#include "core/record/detail/extract.h"

#include <algorithm>

#include "core/record/detail/values.h"
#include "core/record/detail/words.h"

namespace xinglin::record::detail {
namespace {

std::string text_of(const json::object& object, std::string_view key) {
  return std::string(json::find_string(object, key).value_or(std::string_view{}));
}

template <class Row>
void tidy(std::vector<Row>& rows) {
  if (rows.size() < 2) return;
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
}

void of_parameter(const ParameterDef& parameter, const json::object& resource, Rows& rows) {
  if (parameter.kind == Kind::Composite || parameter.kind == Kind::Special) return;
  bool any = false;
  if (parameter.walk.exists_not_false) {
    for (const Branch& branch : parameter.walk.branches)
      enter(resource, branch, 0,
            [&](const json::value& value, Shape) { any = any || !(value.is_bool() && !value.get_bool()); });
    rows.tokens.push_back({parameter.numbers.front(), any ? "true" : "false", ""});
    rows.present |= int64_t{1} << parameter.ordinal;
    return;
  }
  const RowTarget to{rows, parameter.numbers.empty() ? 0 : parameter.numbers.front(), 0};
  for (const Branch& branch : parameter.walk.branches)
    enter(resource, branch, 0, [&](const json::value& value, Shape shape) {
      any = true;
      if (parameter.owns_rows) add_rows(to, parameter.kind, shape, value);
    });
  if (any) rows.present |= int64_t{1} << parameter.ordinal;
}

// Rows of an element only when it has a value for each part: else no composite can match it.
void of_element(const ElementRows& rows_of, const json::object& resource, const json::object& element,
                int& number, Rows& rows) {
  const auto each = [&](const auto& visit) {
    for (const Component& component : rows_of.components)
      for (const Branch& branch : component.walk.branches)
        enter(component.from_root ? resource : element, branch, 0,
              [&](const json::value& value, Shape shape) { visit(component, value, shape); });
  };
  std::vector<const Component*> found;
  each([&](const Component& component, const json::value&, Shape) {
    if (std::find(found.begin(), found.end(), &component) == found.end()) found.push_back(&component);
  });
  if (found.size() < rows_of.components.size() || number + 1 >= kElementsMax) return;
  ++number;
  each([&](const Component& component, const json::value& value, Shape shape) {
    add_rows({rows, component.number, number}, component.kind, shape, value);
  });
}

void patient(const TypeDef& type, const json::object& resource, Rows& rows) {
  if (type.name == "Patient") return void(rows.patient = text_of(resource, "id"));
  for (const ParameterDef* parameter : type.by_patient)
    for (const ReferenceRow& row : rows.references) {
      const bool here = std::find(parameter->numbers.begin(), parameter->numbers.end(), row.parameter) !=
                        parameter->numbers.end();
      if (here && row.target.starts_with("Patient/")) return void(rows.patient = row.target.substr(8));
    }
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
  if (const json::object* repeat = json::find_object(*object, "repeat"))
    if (const json::value* bounds = json::find(*repeat, "boundsPeriod")) return time_span(*bounds);
  const auto start = json::find_string(*object, "start"), end = json::find_string(*object, "end");
  const auto first = start ? parse_fhir_time(*start) : std::nullopt,
             last = end ? parse_fhir_time(*end) : std::nullopt;
  if (!first && !last) return std::nullopt;
  return TimeSpan{first ? first->first : Instant{kBeginOfTimeUs}, last ? last->last : Instant{kEndOfTimeUs}};
}

Rows extract(const TypeDef& type, const json::object& resource) {
  Rows rows;
  for (const ParameterDef& parameter : type.parameters) of_parameter(parameter, resource, rows);
  int number = 0;
  for (const ElementRows& elements : type.elements) {
    if (elements.element.steps.empty()) of_element(elements, resource, resource, number, rows);
    enter(resource, elements.element, 0, [&](const json::value& element, Shape) {
      if (element.is_object()) of_element(elements, resource, element.get_object(), number, rows);
    });
  }
  tidy(rows.tokens);
  tidy(rows.phrases);
  tidy(rows.references);
  tidy(rows.strings);
  tidy(rows.dates);
  tidy(rows.numbers);
  tidy(rows.quantities);
  patient(type, resource, rows);
  ResourceWords words = words_of(resource);
  rows.narrative = std::move(words.narrative);
  rows.content = std::move(words.content);
  return rows;
}

}  // namespace xinglin::record::detail
