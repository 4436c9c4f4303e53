// Which message is mapped how.
#include "codec/hl7v2/to_fhir.h"

#include <algorithm>

#include "codec/hl7v2/detail/mapper.h"

namespace xinglin::hl7v2 {
namespace {

// What a trigger event of ADT means for the stay; none: the stay is not touched.
struct AdtEvent {
  std::string_view trigger;
  std::optional<EncounterChange> change;
};
constexpr AdtEvent kAdtEvents[] = {{"A01", EncounterChange::Start},
                                   {"A02", EncounterChange::Transfer},
                                   {"A03", EncounterChange::Discharge},
                                   {"A04", EncounterChange::Start},
                                   {"A05", EncounterChange::Start},
                                   {"A08", EncounterChange::Update},
                                   {"A11", EncounterChange::CancelStart},
                                   {"A13", EncounterChange::CancelDischarge},
                                   {"A28", std::nullopt},
                                   {"A31", std::nullopt},
                                   {"A40", std::nullopt}};

bool supported_version(std::string_view version) {
  return version.size() >= 3 && version.starts_with("2.") && version[2] >= '1' && version[2] <= '8' &&
         (version.size() == 3 || version[3] == '.');
}

// Messages of v2.1 and some later senders put the event into EVN-1 only.
std::string trigger_of(const Message& message) {
  if (!message.header().trigger.empty()) return message.header().trigger;
  const auto evn = message.find("EVN");
  return evn ? evn->field(1).str() : std::string();
}

EncounterSegments stay_of(const Message& message) {
  return {message.find("EVN"), message.find("PID"), message.find("PV1"), message.find("PV2")};
}

// OBX of an admission (height, weight, triage measurements): single measurements without an order.
void map_adt_observations(Mapper& m, const EncounterSegments& segments, PatientGroup& group) {
  if (group.patient.identifiers.empty()) return;
  const PatientIdentifier& id = group.patient.identifiers.front();
  ObservationContext context{
      group,
      group.encounter ? group.encounter->id : std::string(),
      std::nullopt,
      "patient:" + Mapper::stable_id({id.system, id.value, m.sender_key()}),
      segments.evn ? m.time(segments.evn->field(2).component(1), segments.evn->at(2)) : "",
      {}};
  for (size_t i = 0; i < m.message().size(); ++i)
    if (const Segment s = m.message().segment(i); s.name() == "OBX")
      group.resources.push_back(map_observation(m, s, context));
}

void map_adt(Mapper& m, Mapped& out, const AdtEvent& event) {
  const EncounterSegments segments = stay_of(m.message());
  if (!segments.pid) {
    m.error("required", Location{"PID", 1}, "the message needs a PID segment");
    return;
  }
  PatientGroup group;
  group.patient = map_patient(m, *segments.pid);
  group.patient.update_demographics = true;
  group.patient.corrects = event.trigger == "A08" || event.trigger == "A31";
  map_next_of_kin(m, group.patient.resource);
  if (event.change) group.encounter = map_encounter(m, segments, *event.change);
  if (event.change) map_adt_observations(m, segments, group);
  out.groups.push_back(std::move(group));
}

// A40 repeats PID, [PD1], MRG, [PV1] per pair.
void map_merges(Mapper& m, Mapped& out) {
  const Message& message = m.message();
  for (size_t i = 0; i < message.size(); ++i) {
    const Segment s = message.segment(i);
    if (s.name() == "PID") {
      PatientGroup group;
      group.patient = map_patient(m, s);
      group.patient.update_demographics = true;
      out.groups.push_back(std::move(group));
    } else if (s.name() == "MRG" && !out.groups.empty()) {
      out.groups.back().merged = map_prior_identifiers(m, s);
      out.groups.back().merged_where = s.at(1, 1).str();
    }
  }
  if (out.groups.empty()) m.error("required", Location{"PID", 1}, "the message needs a PID segment");
  for (const PatientGroup& group : out.groups)
    if (group.merged.empty() && group.merged_where.empty())
      m.error("required", Location{"MRG", 1}, "each PID of a merge needs its MRG segment");
}

}  // namespace

Result<Mapped> map_to_fhir(const Message& message, const MapOptions& options, IssueSink& issues) {
  const Header& header = message.header();
  if (!supported_version(header.version)) return Error(kUnsupportedVersion);
  if (header.processing_id.size() != 1 ||
      options.processing_ids_accepted.find(header.processing_id[0]) == std::string::npos)
    return Error(kUnsupportedProcessing);
  Mapped out;
  out.type = header.type;
  out.trigger = trigger_of(message);
  Mapper mapper(message, options, issues);
  if (header.control_id.empty())
    mapper.error("required", Location{"MSH", 1, 10}, "the message control id is missing");
  if (out.type == "ORU") {
    if (out.trigger != "R01") return Error(kUnsupportedEvent);
    map_results(mapper, out);
    return out;
  }
  const bool order = out.type == "ORM" || out.type == "OMI" || out.type == "OMG";
  if (order) {
    if (out.trigger != (out.type == "ORM" ? "O01" : out.type == "OMI" ? "O23" : "O19"))
      return Error(kUnsupportedEvent);
    map_orders(mapper, out);
    return out;
  }
  if (out.type != "ADT") return Error(kUnsupportedType);
  const auto* event = std::find_if(std::begin(kAdtEvents), std::end(kAdtEvents),
                                   [&](const AdtEvent& e) { return e.trigger == out.trigger; });
  if (event == std::end(kAdtEvents)) return Error(kUnsupportedEvent);
  if (out.trigger == "A40")
    map_merges(mapper, out);
  else
    map_adt(mapper, out, *event);
  return out;
}

}  // namespace xinglin::hl7v2
