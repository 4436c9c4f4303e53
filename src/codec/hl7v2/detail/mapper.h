// Data types of HL7 v2 as FHIR elements, and the ids made from a sender's numbers. One Mapper per message; it
// carries what every part of the mapping needs: the message, the options and where issues go. The sheets it
// follows are named by data type, as in "CX[Identifier]".
#pragma once

#include <initializer_list>

#include "codec/hl7v2/detail/tables.h"
#include "codec/hl7v2/to_fhir.h"

namespace xinglin::hl7v2 {

struct OrderNumber {
  std::string system, value;  // system "" when the sender names no authority
  bool empty() const { return value.empty(); }
};

class Mapper {
public:
  Mapper(const Message& message, const MapOptions& options, IssueSink& issues);

  const Message& message() const { return message_; }
  const MapOptions& options() const { return options_; }
  const std::string& sender_key() const { return sender_key_; }  // MSH-3 and MSH-4, for ids
  void error(const char* code, const Location& at, std::string text) {
    issues_.error(code, at.str(), std::move(text));
  }
  void warning(const char* code, const Location& at, std::string text) {
    issues_.warning(code, at.str(), std::move(text));
  }

  // DTM / TS / DT in FHIR form; empty and null give "", what is no time is an error and gives "".
  std::string time(const Text& text, const Location& at);
  std::string date(const Text& text, const Location& at);  // its first eight digits
  std::string time_of_day(const Text& text, const Location& at);
  std::string system(const Component& authority) const;  // HD in a component

  json::object coding(const Component& code, const Component& display, const Component& system) const;
  json::object codeable_concept(const Repetition& cwe) const;  // CWE, CE, CNE: three triplets
  json::object concept_of_table(const Repetition& cwe, std::string_view system) const;
  json::object identifier(const Repetition& cx, const Location& at);
  json::object human_name(const Repetition& xpn, const Location& at);
  json::object address(const Repetition& xad, const Location& at);
  json::object contact_point(const Repetition& xtn, std::string_view default_use);
  json::object practitioner(const Repetition& xcn) const;  // a logical reference
  OrderNumber order_number(const Repetition& ei) const;    // EI

  // An id from what the sender calls the thing: the same parts give the same id.
  static std::string stable_id(std::initializer_list<std::string_view> parts);

private:
  const Message& message_;
  const MapOptions& options_;
  IssueSink& issues_;
  int offset_minutes_ = 0;
  std::string sender_key_;
};

// Small JSON shorthands: nothing is written for an empty value.
void put(json::object& object, std::string_view key, std::string_view value);
void put(json::object& object, std::string_view key, json::object value);
void put(json::object& object, std::string_view key, json::array value);
json::object code_of(std::string_view system, std::string_view code, std::string_view display = {});
json::object concept_of(std::string_view system, std::string_view code, std::string_view display = {});
// Text as a part of a URN: what may not stand in a URI is written as %XX.
std::string urn_part(std::string_view text);
// A number as JSON; none when the text is no HL7 NM.
std::optional<std::string> number(std::string_view text);

// patient.cpp
MappedPatient map_patient(Mapper& mapper, const Segment& pid);
std::vector<PatientIdentifier> map_prior_identifiers(Mapper& mapper, const Segment& mrg);
// The NK1 segments of a message about one patient.
void map_next_of_kin(Mapper& mapper, json::object& patient);
// encounter.cpp
struct EncounterSegments {
  std::optional<Segment> evn, pid, pv1, pv2;
};
std::optional<MappedEncounter> map_encounter(Mapper& mapper, const EncounterSegments& segments,
                                             EncounterChange change);
// orders.cpp
void map_orders(Mapper& mapper, Mapped& out);
// results.cpp
void map_results(Mapper& mapper, Mapped& out);
// observation.cpp
struct ObservationContext {
  const PatientGroup& group;
  std::string encounter_id;
  std::optional<Segment> obr;
  std::string order_key;  // what makes ids of this order its own
  std::string effective;  // OBR-7 in FHIR form
  json::array based_on;
};
MappedResource map_observation(Mapper& mapper, const Segment& obx, const ObservationContext& context);

}  // namespace xinglin::hl7v2
