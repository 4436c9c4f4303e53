// Traits of a FHIR Patient (R4). What was there before (use = old) counts as well: people are found by a
// former name and a former telephone number; of addresses the first that is not old.
#include <array>

#include "core/matching/dates.h"
#include "core/matching/text.h"
#include "core/matching/traits.h"

namespace xinglin::matching {
namespace {

using json::find_array;
using json::find_object;
using json::find_string;

std::string_view text(const json::object& o, std::string_view key) {
  return find_string(o, key).value_or("");
}

template <class Use>
void each(const json::object& owner, std::string_view key, Use use) {
  if (const json::array* list = find_array(owner, key))
    for (const json::value& element : *list)
      if (element.is_object()) use(element.get_object());
}

std::string joined(const json::object& owner, std::string_view key) {
  std::string out;
  if (const json::array* list = find_array(owner, key))
    for (const json::value& one : *list)
      if (one.is_string()) out.append(out.empty() ? "" : " ").append(std::string_view(one.get_string()));
  return out;
}

// HL7 table 0203 and the systems that the standard names: numbers of the state for one person.
bool is_personal(const json::object& identifier) {
  constexpr std::array<std::string_view, 8> kTypes{"SS", "NI", "SB", "PPN", "DL", "NH", "HC", "TAX"};
  constexpr std::array<std::string_view, 2> kSystems{"http://hl7.org/fhir/sid/us-ssn",
                                                     "urn:oid:2.16.840.1.113883.4.1"};
  for (const std::string_view system : kSystems)
    if (text(identifier, "system") == system) return true;
  bool out = false;
  if (const json::object* type = find_object(identifier, "type"))
    each(*type, "coding", [&](const json::object& coding) {
      const std::string_view code = text(coding, "code");
      for (const std::string_view known : kTypes) out = out || code == known;
      out = out || (code.size() >= 4 && code.starts_with("NN"));
    });
  return out;
}

}  // namespace

Traits traits_of_patient(const json::object& patient) {
  Traits out;
  out.birth_date = plain_date(text(patient, "birthDate"));
  const std::string_view gender = text(patient, "gender");
  out.sex = gender == "male" ? 'm' : gender == "female" ? 'f' : '\0';
  each(patient, "name", [&](const json::object& name) {
    const std::string given = joined(name, "given");
    if (text(name, "family").empty() && given.empty())
      add_name_text(out, text(name, "text"));
    else
      add_name(out, text(name, "family"), given);
  });
  each(patient, "identifier", [&](const json::object& identifier) {
    if (text(identifier, "system") == "urn:xinglin:patient-of-study") return;
    add_number(out, is_personal(identifier) ? NumberKind::Personal : NumberKind::Local,
               text(identifier, "system"), text(identifier, "value"));
  });
  each(patient, "telecom", [&](const json::object& telecom) {
    const std::string_view system = text(telecom, "system");
    if (system != "url" && system != "fax" && system != "pager") add_contact(out, text(telecom, "value"));
  });
  bool housed = false;
  each(patient, "address", [&](const json::object& address) {
    if (housed || text(address, "use") == "old") return;
    housed = true;
    const std::string lines = joined(address, "line");
    const bool parts = !lines.empty() || !text(address, "city").empty();
    set_street(out, parts ? std::string_view(lines) : text(address, "text"));
    const std::string_view city = text(address, "city"), district = text(address, "district");
    out.place = plain(std::string(city).append(" ").append(district));
    out.postcode = without_spaces(plain(text(address, "postalCode")));
    out.region = plain(text(address, "state"));
  });
  return out;
}

}  // namespace xinglin::matching
