// PV1, PV2 and EVN to Encounter, after the sheets PV1[Encounter] and PV2[Encounter].
#include "codec/hl7v2/detail/mapper.h"

namespace xinglin::hl7v2 {
namespace {

constexpr std::string_view kVisitNumberType = "VN";

struct VisitNumber {
  std::string system, key, value;
  std::string where;
  json::object element;
};

// PV1-19, or PID-18 where it is marked as a visit number.
VisitNumber visit_number(Mapper& m, const EncounterSegments& s) {
  VisitNumber out;
  Repetition cx;
  Location at;
  if (s.pv1 && s.pv1->field(19).component(1).has_value()) {
    cx = s.pv1->field(19).first();
    at = s.pv1->at(19, 1);
  } else if (s.pid && s.pid->field(18).component(5).str() == kVisitNumberType) {
    cx = s.pid->field(18).first();
    at = s.pid->at(18, 1);
  }
  out.value = cx.component(1).str();
  if (out.value.empty()) return out;
  out.where = at.str();
  out.system = m.system(cx.component(4));
  // Without an authority the number is the sender's own.
  out.key = cx.component(4).has_value() ? out.system : "sender:" + m.sender_key();
  out.element = m.identifier(cx, at);
  out.element["type"] = concept_of(tables::kIdentifierType, kVisitNumberType, "Visit number");
  return out;
}

void add_level(json::array& out, const Component& hd, std::string_view type, std::string_view display,
               std::string_view status, const std::string& system) {
  const std::string name = hd.subcomponent(1).str();
  if (name.empty()) return;
  json::object where{{"identifier", json::object{{"system", system}, {"value", name}}}, {"display", name}};
  for (const json::value& known : out)  // the site a patient stays in is not also the one he left
    if (known.get_object().at("location") == json::value(where)) return;
  out.push_back(json::object{{"location", std::move(where)},
                             {"status", status},
                             {"physicalType", concept_of(tables::kLocationType, type, display)}});
}

// PL: one entry per level that is named, the most exact first. Location resources are not kept, so each is a
// logical reference; its system holds the levels above it, as a bed number means nothing without its room.
void add_location(json::array& out, const Repetition& pl, std::string_view status) {
  if (!pl.has_value()) return;
  const auto level = [&](int n) { return urn_part(pl.component(n).subcomponent(1).str()); };
  const std::string site = level(4), ward = level(1), room = level(2);
  const std::string base = "urn:xinglin:location:" + site;
  add_level(out, pl.component(3), "bd", "Bed", status, base + ":" + ward + ":" + room);
  add_level(out, pl.component(2), "ro", "Room", status, base + ":" + ward);
  add_level(out, pl.component(1), "wa", "Ward", status, base);
  add_level(out, pl.component(7), "bu", "Building", status, base);
  add_level(out, pl.component(4), "si", "Site", status, "urn:xinglin:location");
}

void map_class(Mapper& m, const EncounterSegments& s, EncounterChange change, json::object& out) {
  const Text field = s.pv1->field(2).component(1);
  const std::string key = field.str();
  auto found = tables::encounter_class(key);
  if (!found && change == EncounterChange::Start) {
    if (key.empty())
      m.error("required", s.pv1->at(2), "the patient class is missing");
    else
      m.error("code-invalid", s.pv1->at(2), "not a code of table 0004");
  } else if (!found && !key.empty()) {
    m.warning("code-invalid", s.pv1->at(2), "not a code of table 0004");
  }
  if (!found) found = tables::encounter_class("U");
  out["class"] = code_of(found->system, found->code, found->display);
}

std::string_view status_of(const EncounterSegments& s, EncounterChange change, std::string_view trigger) {
  if (change == EncounterChange::CancelStart) return "cancelled";
  if (change == EncounterChange::CancelDischarge) return "in-progress";
  if (change == EncounterChange::Discharge) return "finished";
  if (s.pv1->field(45).component(1).has_value()) return "finished";
  if (trigger == "A05") return "planned";
  if (change == EncounterChange::Transfer) return "in-progress";
  return tables::encounter_status_of_class(s.pv1->field(2).component(1).str());
}

// The time the event happened: EVN-6, else EVN-2.
std::string event_time(Mapper& m, const EncounterSegments& s) {
  if (!s.evn) return {};
  for (const int field : {6, 2})
    if (std::string t = m.time(s.evn->field(field).component(1), s.evn->at(field)); !t.empty()) return t;
  return {};
}

void map_period(Mapper& m, const EncounterSegments& s, EncounterChange change, json::object& out) {
  std::string start = m.time(s.pv1->field(44).component(1), s.pv1->at(44));
  std::string end = m.time(s.pv1->field(45).component(1), s.pv1->at(45));
  if (change == EncounterChange::Start && start.empty()) start = event_time(m, s);
  if (change == EncounterChange::Discharge && end.empty()) end = event_time(m, s);
  if (change == EncounterChange::CancelDischarge) end.clear();
  json::object period;
  put(period, "start", start);
  put(period, "end", end);
  put(out, "period", std::move(period));
}

void map_participants(Mapper& m, const Segment& pv1, json::object& out) {
  struct Role {
    int field;
    std::string_view code, display;
  };
  static constexpr Role kRoles[] = {
      {7, "ATND", "attender"}, {8, "REF", "referrer"}, {9, "CON", "consultant"}, {17, "ADM", "admitter"}};
  json::array participants;
  for (const Role& role : kRoles) {
    for (const Repetition& xcn : pv1.field(role.field).repetitions()) {
      json::object who = m.practitioner(xcn);
      if (who.empty()) continue;
      participants.push_back(
          json::object{{"type", json::array{concept_of(tables::kParticipation, role.code, role.display)}},
                       {"individual", std::move(who)}});
    }
  }
  put(out, "participant", std::move(participants));
}

void map_hospitalization(Mapper& m, const Segment& pv1, json::object& out) {
  json::object stay;
  if (pv1.field(5).component(1).has_value())
    stay["preAdmissionIdentifier"] = m.identifier(pv1.field(5).first(), pv1.at(5, 1));
  put(stay, "admitSource",
      m.concept_of_table(pv1.field(14).first(), "http://terminology.hl7.org/CodeSystem/v2-0023"));
  put(stay, "reAdmission",
      m.concept_of_table(pv1.field(13).first(), "http://terminology.hl7.org/CodeSystem/v2-0092"));
  put(stay, "dischargeDisposition",
      m.concept_of_table(pv1.field(36).first(), "http://terminology.hl7.org/CodeSystem/v2-0112"));
  put(out, "hospitalization", std::move(stay));
}

void map_details(Mapper& m, const EncounterSegments& s, json::object& out) {
  const Segment& pv1 = *s.pv1;
  if (json::object type =
          m.concept_of_table(pv1.field(4).first(), "http://terminology.hl7.org/CodeSystem/v2-0007");
      !type.empty())
    out["type"] = json::array{std::move(type)};
  put(out, "serviceType",
      m.concept_of_table(pv1.field(10).first(), "http://terminology.hl7.org/CodeSystem/v2-0069"));
  if (!s.pv2) return;
  put(out, "priority",
      m.concept_of_table(s.pv2->field(25).first(), "http://terminology.hl7.org/CodeSystem/v2-0217"));
  if (json::object reason = m.codeable_concept(s.pv2->field(3).first()); !reason.empty())
    out["reasonCode"] = json::array{std::move(reason)};
}

}  // namespace

std::optional<MappedEncounter> map_encounter(Mapper& m, const EncounterSegments& s, EncounterChange change) {
  const Location pid_3 = s.pid ? s.pid->at(3) : Location{"PID", 1, 3};
  if (!s.pv1) {
    if (change == EncounterChange::Mention) return std::nullopt;
    if (change == EncounterChange::Update) return std::nullopt;  // A08 about the person only
    m.error("required", Location{"PV1", 1}, "the message needs a PV1 segment");
    return std::nullopt;
  }
  const VisitNumber visit = visit_number(m, s);
  MappedEncounter out;
  out.change = change;
  if (!visit.value.empty()) {
    out.id = Mapper::stable_id({"Encounter", visit.key, visit.value});
    out.where = visit.where;
  } else {
    if (change == EncounterChange::Mention) return std::nullopt;
    // Without a visit number the patient's number and the time of admission stand in for it.
    m.warning("required", s.pv1->at(19), "no visit number: the stay is told by patient and admission time");
    const Repetition cx = s.pid ? s.pid->field(3).first() : Repetition();
    out.id = Mapper::stable_id({"Encounter", m.system(cx.component(4)), cx.component(1).str(), "admitted",
                                s.pv1->field(44).component(1).str()});
    out.where = s.pv1->at(19).str();
  }
  json::object& e = out.resource;
  e["resourceType"] = "Encounter";
  e["id"] = out.id;
  if (!visit.element.empty()) e["identifier"] = json::array{visit.element};
  e["status"] = status_of(s, change, m.message().header().trigger);
  map_class(m, s, change, e);
  map_details(m, s, e);
  map_participants(m, *s.pv1, e);
  map_period(m, s, change, e);
  map_hospitalization(m, *s.pv1, e);
  json::array locations;
  const bool planned = s.pv1->field(2).component(1).str() == "P";
  const std::string_view here = change == EncounterChange::Discharge ? "completed"
                                : planned                            ? "planned"
                                                                     : "active";
  add_location(locations, s.pv1->field(3).first(), here);
  if (change == EncounterChange::Transfer) {
    if (locations.empty()) m.warning("required", s.pv1->at(3), "a transfer without the new location");
    add_location(locations, s.pv1->field(6).first(), "completed");
  }
  put(e, "location", std::move(locations));
  return out;
}

}  // namespace xinglin::hl7v2
