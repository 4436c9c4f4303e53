// Reading of FHIR resources for display: what a person is called, what a value says, when it was. Forgiving:
// what is not there or has another form gives an empty answer. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"

namespace xinglin::worklist::detail {

struct Names {
  std::string latin;  // or the only one there is
  std::string local;  // "" when it does not differ
};
Names names_of(const json::object& patient);
std::string medical_record_number(const json::object& patient);  // of type MR, else the first
bool is_synthetic(const json::object& resource);                 // meta.tag, meta.security or the issuer

struct Coding {
  std::string system, code, display;
};
Coding first_coding(const json::object& element, std::string_view member);  // of a CodeableConcept
std::string concept_text(const json::object& element,
                         std::string_view member);                       // text, else display, else code
bool has_category(const json::object& resource, std::string_view code);  // compared without case

std::string text(const json::object& element, std::string_view member);
json::value text_or_null(std::string_view text);
json::value string_or_null(const json::object& element, std::string_view member);
std::string reference_id(const json::object& element, std::string_view member, std::string_view type);

std::optional<Instant> instant(std::string_view fhir_time);
std::optional<Instant> effective_time(const json::object& resource);  // effective[x], else issued

struct Value {
  std::optional<double> number;
  std::string text;  // for display without unit: "7.4", "> 100", "positive"
  std::string unit;
};
Value value_of(const json::object& observation_or_component);
std::string interpretation(const json::object& observation);  // "H", "L", "" ...
std::string reference_range(const json::object& observation);

struct Place {
  std::string ward, bed;
};
Place place_of(const json::object& encounter);  // the active one, else the first; bed is "room-bed"

std::string number_text(double value);  // shortest form: 7.4, 120
json::object text2(std::string_view en, std::string_view zh);
// A string element whose Chinese wording travels as the FHIR translation extension of "_<member>".
json::object translated(const json::object& element, std::string_view member);
std::string lower(std::string_view text);  // ASCII letters
bool has_ideographs(std::string_view utf8);

}  // namespace xinglin::worklist::detail
