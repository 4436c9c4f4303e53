// PID to Patient, after the sheet PID[Patient]; MRG-1 of A40.
#include <algorithm>

#include "base/json_text.h"
#include "codec/hl7v2/detail/mapper.h"

namespace xinglin::hl7v2 {
namespace {

// Identifier types of visits, accounts and documents: they say nothing about who the person is.
bool names_a_person(std::string_view type) {
  static constexpr std::string_view kOthers[] = {"VN", "AN", "ANON", "DN", "PLAC", "FILL"};
  return std::find(std::begin(kOthers), std::end(kOthers), type) == std::end(kOthers);
}

// National and similar numbers without an assigning authority are their own space: they must not meet record
// numbers.
std::string person_system(const Mapper& m, const Repetition& cx) {
  const std::string type = cx.component(5).str();
  const bool record_number =
      type.empty() || type == "MR" || type == "PI" || type == "PT" || type == "PN" || type == "MRN";
  if (!cx.component(4).has_value() && !record_number) return "urn:xinglin:identifier-type:" + urn_part(type);
  return m.system(cx.component(4));
}

struct Identifiers {
  std::vector<PatientIdentifier> keys;
  json::array elements;
  bool wrong = false;  // said already
};

void add_identifiers(Mapper& m, const Segment& segment, int field, Identifiers& out) {
  int n = 0;
  for (const Repetition& cx : segment.field(field).repetitions()) {
    const Location at = segment.at(field, ++n, 1);
    if (!cx.component(1).has_value()) {
      if (cx.raw().find_first_not_of("^&") != std::string_view::npos && !cx.is_null())
        m.error("required", at, "an identifier without its number (CX-1)"), out.wrong = true;
      continue;
    }
    if (!names_a_person(cx.component(5).str())) continue;
    PatientIdentifier key{person_system(m, cx), cx.component(1).str()};
    if (key.value.size() > 128) {
      m.error("too-long", at, "an identifier may have at most 128 bytes");
      out.wrong = true;
      continue;
    }
    if (std::find(out.keys.begin(), out.keys.end(), key) != out.keys.end()) continue;
    json::object element = m.identifier(cx, segment.at(field, n));
    element["system"] = key.system;
    out.elements.push_back(std::move(element));
    out.keys.push_back(std::move(key));
  }
}

// Sets one element, or JSON null when the sender says "delete".
void set_or_clear(json::object& patient, std::string_view key, const Text& field, std::string_view value) {
  if (field.is_null())
    patient[key] = nullptr;
  else
    put(patient, key, value);
}

void map_names(Mapper& m, const Segment& pid, json::object& patient) {
  json::array names;
  for (const int field : {5, 9}) {
    int n = 0;
    for (const Repetition& xpn : pid.field(field).repetitions())
      if (json::object name = m.human_name(xpn, pid.at(field, ++n)); !name.empty())
        names.push_back(std::move(name));
  }
  if (pid.field(5).is_null())
    patient["name"] = nullptr;
  else
    put(patient, "name", std::move(names));
}

void map_birth(Mapper& m, const Segment& pid, json::object& patient) {
  const Component born = pid.field(7).component(1);
  set_or_clear(patient, "birthDate", pid.field(7), m.date(born, pid.at(7)));
  if (born.str().size() > 8)
    if (const std::string at = m.time(born, pid.at(7)); !at.empty())
      patient["_birthDate"] = json::object{
          {"extension",
           json::array{json::object{{"url", "http://hl7.org/fhir/StructureDefinition/patient-birthTime"},
                                    {"valueDateTime", at}}}}};
}

void map_gender(Mapper& m, const Segment& pid, json::object& patient) {
  const Text sex = pid.field(8).component(1);
  if (sex.is_null()) {
    patient["gender"] = nullptr;
  } else if (sex.has_value()) {
    const auto gender = tables::gender(sex.str());
    if (!gender)
      m.warning("code-invalid", pid.at(8), "not a code of table 0001; the sex is recorded as unknown");
    patient["gender"] = gender ? gender->code : std::string_view("unknown");
  }
}

void map_contact(Mapper& m, const Segment& pid, json::object& patient) {
  json::array addresses, telecoms;
  int n = 0;
  for (const Repetition& xad : pid.field(11).repetitions())
    if (json::object a = m.address(xad, pid.at(11, ++n)); !a.empty()) addresses.push_back(std::move(a));
  if (const std::string county = pid.field(12).str(); !county.empty() && addresses.size() == 1) {
    if (json::object& only = addresses[0].get_object(); !only.contains("district")) only["district"] = county;
  }
  if (pid.field(11).is_null())
    patient["address"] = nullptr;
  else
    put(patient, "address", std::move(addresses));
  const auto add = [&](int field, std::string_view use) {
    for (const Repetition& xtn : pid.field(field).repetitions())
      if (json::object t = m.contact_point(xtn, use); !t.empty()) telecoms.push_back(std::move(t));
  };
  add(13, "home");
  add(14, "work");
  add(40, "");
  if (pid.field(13).is_null() && telecoms.empty())
    patient["telecom"] = nullptr;
  else
    put(patient, "telecom", std::move(telecoms));
}

void map_social(Mapper& m, const Segment& pid, json::object& patient) {
  if (const Repetition language = pid.field(15).first(); language.has_value()) {
    json::object coded = m.codeable_concept(language);
    if (!language.component(3).has_value() && language.component(1).has_value())
      coded = concept_of("urn:ietf:bcp:47", language.component(1).str(), language.component(2).str());
    patient["communication"] = json::array{json::object{{"language", std::move(coded)}}};
  }
  const Repetition marital = pid.field(16).first();
  if (marital.is_null()) {
    patient["maritalStatus"] = nullptr;
  } else if (marital.has_value()) {
    const auto known = tables::marital_status(marital.component(1).str());
    if (known)
      patient["maritalStatus"] = concept_of(known->system, known->code, known->display);
    else
      put(patient, "maritalStatus",
          m.concept_of_table(marital, "http://terminology.hl7.org/CodeSystem/v2-0002"));
  }
}

void map_death(Mapper& m, const Segment& pid, json::object& patient) {
  const Text when = pid.field(29).component(1);
  const std::string flag = pid.field(30).str();
  if (when.has_value()) {
    put(patient, "deceasedDateTime", m.time(when, pid.at(29)));
  } else if (flag == "YES" || flag == "NO") {
    m.warning("code-invalid", pid.at(30), "Y and N are the codes of table 0136");
    patient["deceasedBoolean"] = flag == "YES";
  } else if (flag == "Y" || flag == "N") {
    patient["deceasedBoolean"] = flag == "Y";
  } else if (!flag.empty()) {
    m.error("code-invalid", pid.at(30), "neither Y nor N (table 0136)");
  }
}

void map_birth_order(Mapper& m, const Segment& pid, json::object& patient) {
  const std::string order = pid.field(25).str(), multiple = pid.field(24).str();
  if (!order.empty()) {
    const auto n = number(order);
    if (n && n->find('.') == std::string::npos && n->size() <= 9)
      json::put_decimal(patient, "multipleBirthInteger", *n);
    else
      m.error("value", pid.at(25), "not a whole number");
  } else if (multiple == "Y" || multiple == "N") {
    patient["multipleBirthBoolean"] = multiple == "Y";
  }
}

std::string gender_of(Mapper& m, const Segment& segment, int field) {
  const Text sex = segment.field(field).component(1);
  if (!sex.has_value()) return {};
  const auto gender = tables::gender(sex.str());
  if (!gender) m.warning("code-invalid", segment.at(field), "not a code of table 0001");
  return std::string(gender ? gender->code : std::string_view("unknown"));
}

// NK1 to Patient.contact, after the sheet NK1[Patient].
json::object contact_of(Mapper& m, const Segment& nk1) {
  json::object out;
  json::array relationships, telecoms;
  for (const int field : {3, 7})
    if (const Repetition code = nk1.field(field).first(); code.has_value())
      if (json::object coded = m.codeable_concept(code); !coded.empty())
        relationships.push_back(std::move(coded));
  put(out, "relationship", std::move(relationships));
  put(out, "name", m.human_name(nk1.field(2).first(), nk1.at(2, 1)));
  for (const auto& [field, use] : {std::pair{5, "home"}, {6, "work"}, {40, ""}})
    for (const Repetition& xtn : nk1.field(field).repetitions())
      if (json::object t = m.contact_point(xtn, use); !t.empty()) telecoms.push_back(std::move(t));
  put(out, "telecom", std::move(telecoms));
  put(out, "address", m.address(nk1.field(4).first(), nk1.at(4, 1)));
  put(out, "gender", gender_of(m, nk1, 15));
  json::object organization, period;
  put(organization, "display", nk1.field(13).first().component(1).str());
  put(out, "organization", std::move(organization));
  put(period, "start", m.time(nk1.field(8).component(1), nk1.at(8)));
  put(period, "end", m.time(nk1.field(9).component(1), nk1.at(9)));
  put(out, "period", std::move(period));
  return out;
}

}  // namespace

void map_next_of_kin(Mapper& m, json::object& patient) {
  json::array contacts;
  bool cleared = false;
  for (size_t i = 0; i < m.message().size(); ++i) {
    const Segment nk1 = m.message().segment(i);
    if (nk1.name() != "NK1") continue;
    cleared = cleared || nk1.field(2).is_null();
    json::object contact = contact_of(m, nk1);
    // pat-1: somebody or some place that can be reached.
    const bool says_who = contact.contains("name") || contact.contains("telecom") ||
                          contact.contains("address") || contact.contains("organization");
    if (says_who) contacts.push_back(std::move(contact));
  }
  if (contacts.empty() && cleared)
    patient["contact"] = nullptr;
  else
    put(patient, "contact", std::move(contacts));
}

MappedPatient map_patient(Mapper& m, const Segment& pid) {
  MappedPatient out;
  out.where = pid.at(3).str();
  Identifiers identifiers;
  add_identifiers(m, pid, 3, identifiers);
  add_identifiers(m, pid, 2, identifiers);
  if (identifiers.keys.empty() && !identifiers.wrong)
    m.error("required", pid.at(3, 1, 1), "a patient needs an identifier (PID-3)");
  out.identifiers = std::move(identifiers.keys);
  json::object& patient = out.resource;
  patient["resourceType"] = "Patient";
  put(patient, "identifier", std::move(identifiers.elements));
  patient["active"] = true;
  map_names(m, pid, patient);
  map_contact(m, pid, patient);
  map_gender(m, pid, patient);
  map_birth(m, pid, patient);
  map_death(m, pid, patient);
  map_social(m, pid, patient);
  map_birth_order(m, pid, patient);
  return out;
}

std::vector<PatientIdentifier> map_prior_identifiers(Mapper& m, const Segment& mrg) {
  Identifiers identifiers;
  add_identifiers(m, mrg, 1, identifiers);
  if (identifiers.keys.empty() && !identifiers.wrong)
    m.error("required", mrg.at(1, 1, 1), "a merge needs the prior identifier (MRG-1)");
  return std::move(identifiers.keys);
}

void set_subject(json::object& resource, std::string_view patient_id) {
  resource["subject"] = json::object{{"reference", "Patient/" + std::string(patient_id)}};
}

}  // namespace xinglin::hl7v2
