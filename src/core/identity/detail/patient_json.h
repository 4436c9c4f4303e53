// Changes to FHIR Patient resources and to references at a patient. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "core/identity/identity.h"

namespace xinglin::identity::detail {

bool has_identifier(const json::object& patient, const Identifier& identifier);
void add_identifier(json::object& patient, const json::value& element);
void remove_identifier(json::object& patient, const Identifier& identifier);
// What `incoming` has replaces what `stored` has, null removes, identifiers are added; id and meta stay.
void apply_demographics(json::object& stored, const json::object& incoming);
void add_identifiers_of(json::object& stored, const json::object& incoming);
void remove_nulls(json::object& patient);
// Without meta, so that two versions can be compared.
bool same_content(const json::object& a, const json::object& b);

void add_link(json::object& patient, const PatientId& other, std::string_view type);
void remove_link(json::object& patient, const PatientId& other, std::string_view type);

// Changes every reference at `from` to one at `to`; the places are given back as "a.0.b".
std::vector<std::string> repoint(json::object& resource, const PatientId& from, const PatientId& to);
// Changes the references at these places back, those that still are at `from`.
bool repoint_at(json::object& resource, const json::array& places, const PatientId& from,
                const PatientId& to);

}  // namespace xinglin::identity::detail
