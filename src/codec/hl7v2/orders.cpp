// ORM O01, OMI O23 and OMG O19 to ServiceRequest, after the sheets ORC[ServiceRequest] and
// OBR[ServiceRequest]; what an imaging order says beyond them stands where the IHE radiology framework puts
// it: in OBR-18 to 24 and ZDS of an ORM (RAD TF-2 4.4.4.1.2), in IPC of an OMI (HL7 v2.5.1 4.5.6). One
// resource for each step.
#include "base/json_text.h"
#include "codec/fhir/imaging_order.h"
#include "codec/hl7v2/detail/mapper.h"

namespace xinglin::hl7v2 {
namespace {

// OrderControlCode[ServiceRequest.status]; CA asks for what CR and OC confirm, and the order is then off the
// worklist. None: the message says nothing about the order that is kept here.
struct Control {
  std::string_view code, status;
};
constexpr Control kControls[] = {
    {"NW", "active"},  {"XO", "active"},  {"XX", "active"},  {"XR", "active"},  {"RO", "active"},
    {"OK", "active"},  {"SC", "active"},  {"SN", "active"},  {"NA", "active"},  {"RL", "active"},
    {"OE", "active"},  {"PA", "active"},  {"CH", "active"},  {"AF", "active"},  {"RP", "active"},
    {"CA", "revoked"}, {"OC", "revoked"}, {"CR", "revoked"}, {"DC", "revoked"}, {"OD", "revoked"},
    {"DR", "revoked"}, {"HD", "on-hold"}, {"HR", "on-hold"}, {"OH", "on-hold"}, {"DE", "entered-in-error"}};

// ORC-5, table 0038: of a status change.
std::string_view status_of_order(std::string_view code) {
  if (code == "CM") return "completed";
  if (code == "CA" || code == "DC" || code == "RP") return "revoked";
  return code == "HD" ? "on-hold" : "active";
}

std::string_view priority_of(std::string_view code) {
  if (code == "S") return "stat";
  if (code == "A" || code == "C") return "asap";
  if (code == "R" || code == "P" || code == "T") return "routine";
  return {};
}

class OrderMapper {
public:
  OrderMapper(Mapper& m, Mapped& out) : m_(m), out_(out) {}

  void run() {
    const Message& message = m_.message();
    for (size_t i = 0; i < message.size(); ++i) {
      const Segment s = message.segment(i);
      const std::string_view name = s.name();
      if (name == "PID")
        begin_patient(s);
      else if (name == "PV1")
        stay_.pv1 = s;
      else if (name == "ORC")
        begin_order(s);
      else if (name == "TQ1")
        timing_ = s;
      else if (name == "OBR")
        obr_ = s;
      else if (name == "ZDS" || name == "IPC")
        steps_.push_back(s);
    }
    end_order();
    if (out_.groups.empty()) m_.error("required", Location{"PID", 1}, "an order needs a PID segment");
    if (!any_) m_.error("required", Location{"ORC", 1}, "an order needs an ORC segment");
  }

private:
  void begin_patient(const Segment& pid) {
    end_order();
    out_.groups.emplace_back();
    out_.groups.back().patient = map_patient(m_, pid);
    stay_ = {};
    stay_.pid = pid;
  }

  void begin_order(const Segment& orc) {
    end_order();
    orc_ = orc;
    any_ = true;
  }

  OrderNumber number(int field) const {
    OrderNumber out = obr_ ? m_.order_number(obr_->field(field).first()) : OrderNumber();
    return out.empty() ? m_.order_number(orc_->field(field).first()) : out;
  }

  void end_order() {
    if (orc_ && !out_.groups.empty()) {
      if (steps_.empty())
        map_step(nullptr);
      else
        for (const Segment& step : steps_) map_step(&step);
    }
    orc_.reset();
    obr_.reset();
    timing_.reset();
    steps_.clear();
  }

  std::string_view status() {
    const std::string control = orc_->field(1).str();
    for (const Control& known : kControls)
      if (known.code == control) {
        const std::string changed = orc_->field(5).component(1).str();
        return control == "SC" && !changed.empty() ? status_of_order(changed) : known.status;
      }
    m_.error(control.empty() ? "required" : "code-invalid", orc_->at(1),
             "not an order control that is handled");
    return "unknown";
  }

  // TQ1-7, ORC-7.4, OBR-36, OBR-27.4: the first that is there.
  std::string start() {
    if (timing_)
      if (auto t = m_.time(timing_->field(7).component(1), timing_->at(7)); !t.empty()) return t;
    if (auto t = m_.time(orc_->field(7).component(4), orc_->at(7, 1, 4)); !t.empty()) return t;
    if (!obr_) return {};
    if (auto t = m_.time(obr_->field(36).component(1), obr_->at(36)); !t.empty()) return t;
    return m_.time(obr_->field(27).component(4), obr_->at(27, 1, 4));
  }

  fhir::ImagingOrder imaging(const Segment* step) {
    fhir::ImagingOrder out;
    out.start = start();
    const auto obr = [&](int field) { return obr_ ? obr_->field(field).component(1).str() : std::string(); };
    if (step != nullptr && step->name() == "IPC") {
      const auto ipc = [&](int field) { return step->field(field).component(1).str(); };
      out.accession_number = ipc(1);
      out.requested_procedure_id = ipc(2);
      out.study_instance_uid = ipc(3);
      out.step_id = ipc(4);
      out.modality = ipc(5);
      out.step_description = step->field(6).component(2).str();
      out.station_name = ipc(7);
      out.station_ae_title = ipc(9);
      return out;
    }
    out.accession_number = obr(18);
    out.requested_procedure_id = obr(19);
    out.step_id = obr(20);
    out.station_ae_title = obr(21);
    out.modality = obr(24);
    // OBR-4.5 is the description of the step where it differs from that of the procedure.
    if (obr_) out.step_description = obr_->field(4).component(5).str();
    if (step != nullptr) out.study_instance_uid = step->field(1).component(1).str();
    return out;
  }

  void map_step(const Segment* step) {
    PatientGroup& group = out_.groups.back();
    fhir::ImagingOrder order = imaging(step);
    const OrderNumber placer = number(2), filler = number(3);
    order.placer_number = placer.value;
    order.filler_number = filler.value;
    const OrderNumber& own = placer.empty() ? filler : placer;
    // Without a number no later message can be about this order.
    if (own.empty()) m_.warning("required", orc_->at(2), "an order without a placer or filler number");
    const std::string stand_in =
        m_.message().header().control_id + " " + std::to_string(group.resources.size());
    json::object r;
    const std::string id = Mapper::stable_id(
        {"ServiceRequest", placer.empty() ? "filler" : "placer",
         own.system.empty() ? m_.sender_key() : own.system, own.empty() ? "message " + stand_in : own.value,
         step != nullptr && step->name() == "IPC" ? order.step_id : std::string()});
    r["resourceType"] = "ServiceRequest";
    r["id"] = id;
    r["status"] = status();
    r["intent"] = "order";
    fhir::write_imaging_order(r, order);
    fill(r, group);
    const Location where = step != nullptr ? step->at(0) : orc_->at(0);
    group.resources.push_back({"ServiceRequest", id, std::move(r), where.str()});
  }

  void fill(json::object& r, PatientGroup& group) {
    if (!group.encounter) group.encounter = map_encounter(m_, stay_, EncounterChange::Mention);
    if (group.encounter) r["encounter"] = json::object{{"reference", "Encounter/" + group.encounter->id}};
    std::string priority = timing_ ? timing_->field(9).component(1).str() : orc_->field(7).component(6).str();
    if (priority.empty() && obr_) priority = obr_->field(27).component(6).str();
    put(r, "priority", priority_of(priority));
    put(r, "authoredOn", m_.time(orc_->field(9).component(1), orc_->at(9)));
    json::object requester = m_.practitioner(orc_->field(12).first());
    if (requester.empty() && obr_) requester = m_.practitioner(obr_->field(16).first());
    put(r, "requester", std::move(requester));
    if (!obr_) return;
    put(r, "code", m_.codeable_concept(obr_->field(4).first()));
    json::array reasons;
    for (const Repetition& reason : obr_->field(31).repetitions())
      if (json::object coded = m_.codeable_concept(reason); !coded.empty())
        reasons.push_back(std::move(coded));
    put(r, "reasonCode", std::move(reasons));
  }

  Mapper& m_;
  Mapped& out_;
  EncounterSegments stay_;
  std::optional<Segment> orc_, obr_, timing_;
  std::vector<Segment> steps_;
  bool any_ = false;
};

}  // namespace

void map_orders(Mapper& mapper, Mapped& out) {
  OrderMapper(mapper, out).run();
}

// A cancellation names little more than the order: what it does not say stays.
json::object merge_order(const json::object& stored, const json::object& incoming) {
  json::object out = stored;
  for (const auto& [name, value] : incoming)
    if (!json::is_kept(name)) out[name] = value;
  const auto keep_identifiers = [&] {
    const json::array* before = json::find_array(stored, "identifier");
    const json::array* now = json::find_array(incoming, "identifier");
    return before != nullptr && (now == nullptr || now->size() < before->size());
  };
  if (keep_identifiers()) out["identifier"] = *json::find_array(stored, "identifier");
  return out;
}

}  // namespace xinglin::hl7v2
