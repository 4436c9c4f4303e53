// ORU R01: one DiagnosticReport per OBR with the Observations below it, after the sheets
// OBR[DiagnosticReport] and ORC[DiagnosticReport].
#include <unordered_map>

#include "base/digest.h"
#include "codec/hl7v2/detail/mapper.h"

namespace xinglin::hl7v2 {
namespace {

constexpr std::string_view kNoteExtension =
    "http://hl7.org/fhir/5.0/StructureDefinition/extension-DiagnosticReport.note";

json::object order_identifier(const OrderNumber& order, std::string_view type, std::string_view display) {
  json::object out{{"type", concept_of(tables::kIdentifierType, type, display)}};
  put(out, "system", order.system);
  out["value"] = order.value;
  return out;
}

// One pass over the segments; each kind of segment changes what the next one belongs to.
class ResultMapper {
public:
  ResultMapper(Mapper& m, Mapped& out) : m_(m), out_(out) {}

  void run() {
    const Message& message = m_.message();
    for (size_t i = 0; i < message.size(); ++i) {
      const Segment s = message.segment(i);
      const std::string_view name = s.name();
      if (name == "PID")
        begin_patient(s);
      else if (name == "PV1")
        stay_.pv1 = s;
      else if (name == "PV2")
        stay_.pv2 = s;
      else if (name == "ORC")
        begin_order(s);
      else if (name == "OBR")
        begin_report(s);
      else if (name == "OBX")
        add_observation(s);
      else if (name == "NTE")
        add_note(s);
    }
    end_patient();
    if (out_.groups.empty()) m_.error("required", Location{"PID", 1}, "a result needs a PID segment");
  }

private:
  void begin_patient(const Segment& pid) {
    end_patient();
    out_.groups.emplace_back();
    out_.groups.back().patient = map_patient(m_, pid);
    stay_ = {};
    stay_.pid = pid;
    encounter_known_ = false;
  }

  void end_patient() {
    end_report();
    if (!out_.groups.empty()) encounter_id();
    orc_.reset();
  }

  // The stay is mapped when the first resource needs it, as PV1 follows PID.
  const std::string& encounter_id() {
    PatientGroup& group = out_.groups.back();
    if (!encounter_known_) {
      group.encounter = map_encounter(m_, stay_, EncounterChange::Mention);
      encounter_known_ = true;
      encounter_id_ = group.encounter ? group.encounter->id : std::string();
    }
    return encounter_id_;
  }

  void begin_order(const Segment& orc) {
    end_report();
    orc_ = orc;
  }

  void begin_report(const Segment& obr) {
    end_report();
    if (out_.groups.empty()) return;
    obr_ = obr;
    report_ = json::object{};
    results_ = {};
    notes_ = {};
    seen_.clear();
    const auto order = [&](int field) {
      OrderNumber n = m_.order_number(obr.field(field).first());
      if (n.empty() && orc_) n = m_.order_number(orc_->field(field).first());
      return n;
    };
    placer_ = order(2);
    filler_ = order(3);
    const PatientGroup& group = out_.groups.back();
    effective_ = m_.time(obr.field(7).component(1), obr.at(7));
    const Repetition service = obr.field(4).first();
    const std::string code =
        service.component(1).has_value() ? service.component(1).str() : service.component(2).str();
    order_key_ = key_of_order(group, code);
    if (!placer_.empty())
      based_on_ =
          json::array{json::object{{"type", "ServiceRequest"},
                                   {"identifier", order_identifier(placer_, "PLAC", "Placer Identifier")}}};
    else
      based_on_ = {};
    fill_report(obr);
  }

  // The filler's number names the order; else the placer's; else patient, service and time stand in for it.
  std::string key_of_order(const PatientGroup& group, const std::string& code) const {
    const OrderNumber& n = filler_.empty() ? placer_ : filler_;
    const char* kind = filler_.empty() ? "placer" : "filler";
    if (!n.empty())
      return "order:" +
             Mapper::stable_id({kind, n.system.empty() ? m_.sender_key() : n.system, n.value, code});
    if (group.patient.identifiers.empty()) return "patient:";
    const PatientIdentifier& id = group.patient.identifiers.front();
    return "patient:" + Mapper::stable_id({id.system, id.value, code, effective_});
  }

  void fill_report(const Segment& obr) {
    json::object& r = *report_;
    const std::string id = Mapper::stable_id({"DiagnosticReport", order_key_});
    r["resourceType"] = "DiagnosticReport";
    r["id"] = id;
    json::array identifiers;
    if (!placer_.empty()) identifiers.push_back(order_identifier(placer_, "PLAC", "Placer Identifier"));
    if (!filler_.empty()) identifiers.push_back(order_identifier(filler_, "FILL", "Filler Identifier"));
    put(r, "identifier", std::move(identifiers));
    put(r, "basedOn", based_on_);
    const std::string key = obr.field(25).str();
    const auto status = tables::report_status(key);
    if (key.empty())
      m_.warning("required", obr.at(25), "no report status; recorded as unknown");
    else if (!status)
      m_.error("code-invalid", obr.at(25), "not a result status of table 0123");
    r["status"] = status.value_or("unknown");
    if (const std::string section = obr.field(24).str(); !section.empty())
      r["category"] = json::array{concept_of("http://terminology.hl7.org/CodeSystem/v2-0074", section)};
    json::object code = m_.codeable_concept(obr.field(4).first());
    if (code.empty()) m_.error("required", obr.at(4, 1, 1), "a report needs the code of the service (OBR-4)");
    r["code"] = std::move(code);
    if (!encounter_id().empty()) r["encounter"] = json::object{{"reference", "Encounter/" + encounter_id()}};
    const std::string end = m_.time(obr.field(8).component(1), obr.at(8));
    if (end.empty())
      put(r, "effectiveDateTime", effective_);
    else {
      json::object period;
      put(period, "start", effective_);
      put(period, "end", end);
      r["effectivePeriod"] = std::move(period);
    }
    const std::string issued = m_.time(obr.field(22).component(1), obr.at(22));
    if (issued.find('T') != std::string::npos) r["issued"] = issued;
    if (const Component name = obr.field(32).component(1); name.has_value()) {
      std::string display = name.subcomponent(3).str();
      if (const std::string family = name.subcomponent(2).str(); !family.empty())
        display += (display.empty() ? "" : " ") + family;
      r["resultsInterpreter"] = json::array{
          json::object{{"type", "Practitioner"}, {"display", display.empty() ? name.str() : display}}};
    }
  }

  void end_report() {
    last_observation_.reset();
    if (!report_) return;
    json::object& r = *report_;
    put(r, "result", std::move(results_));
    put(r, "extension", std::move(notes_));
    MappedResource out{"DiagnosticReport", std::string(r.at("id").get_string()), std::move(r),
                       obr_->at(0).str()};
    out_.groups.back().resources.push_back(std::move(out));
    report_.reset();
    obr_.reset();
  }

  void add_observation(const Segment& obx) {
    if (out_.groups.empty()) return;
    if (orc_ && !report_) {  // ORC OBX TXA: a document that came with the order
      m_.warning("not-supported", obx.at(0), "an observation before its OBR is kept in the message only");
      return;
    }
    PatientGroup& group = out_.groups.back();
    ObservationContext context{group, encounter_id(), obr_, order_key_, effective_, based_on_};
    if (!report_) {
      context.order_key = "patient:";
      if (!group.patient.identifiers.empty())
        context.order_key += Mapper::stable_id({group.patient.identifiers.front().system,
                                                group.patient.identifiers.front().value, m_.sender_key()});
      context.effective.clear();
      context.based_on.clear();
    }
    MappedResource o = map_observation(m_, obx, context);
    // Lines of one text come as many OBX with the same code and sub-id: the second is its own resource.
    if (const int before = seen_[o.id]++; before > 0) {
      o.id = Mapper::stable_id({o.id, std::to_string(before)});
      o.resource["id"] = o.id;
    }
    if (report_) results_.push_back(json::object{{"reference", "Observation/" + o.id}});
    last_observation_ = group.resources.size();
    group.resources.push_back(std::move(o));
  }

  void add_note(const Segment& nte) {
    std::string text;
    for (const Repetition& line : nte.field(3).repetitions()) text += (text.empty() ? "" : "\n") + line.str();
    if (text.empty() || out_.groups.empty()) return;
    json::object note;
    if (const json::object author = m_.practitioner(nte.field(5).first()); !author.empty())
      note["authorString"] = author.at("display");
    put(note, "time", m_.time(nte.field(6).component(1), nte.at(6)));
    note["text"] = text;
    if (last_observation_) {
      json::object& o = out_.groups.back().resources[*last_observation_].resource;
      if (!o.contains("note")) o["note"] = json::array{};
      o["note"].get_array().push_back(std::move(note));
    } else if (report_) {
      notes_.push_back(json::object{{"url", kNoteExtension}, {"valueAnnotation", std::move(note)}});
    }
  }

  Mapper& m_;
  Mapped& out_;
  EncounterSegments stay_;
  bool encounter_known_ = false;
  std::string encounter_id_;
  std::optional<Segment> orc_, obr_;
  std::optional<json::object> report_;
  OrderNumber placer_, filler_;
  std::string order_key_, effective_;
  json::array based_on_, results_, notes_;
  std::unordered_map<std::string, int> seen_;
  std::optional<size_t> last_observation_;
};

}  // namespace

void map_results(Mapper& mapper, Mapped& out) {
  ResultMapper(mapper, out).run();
}

}  // namespace xinglin::hl7v2
