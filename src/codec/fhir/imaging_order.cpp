#include "codec/fhir/imaging_order.h"

namespace xinglin::fhir {

namespace {

constexpr std::string_view kOid = "urn:oid:";

json::array& list_of(json::object& resource, std::string_view name) {
  if (json::find_array(resource, name) == nullptr) resource[name] = json::array{};
  return resource[name].get_array();
}

void add_identifier(json::object& resource, std::string_view system, std::string_view type,
                    const std::string& value) {
  if (value.empty()) return;
  json::object out;
  if (!type.empty())
    out["type"] = json::object{
        {"coding", json::array{json::object{{"system", kIdentifierTypeSystem}, {"code", type}}}}};
  if (!system.empty()) out["system"] = system;
  out["value"] = value;
  list_of(resource, "identifier").push_back(std::move(out));
}

std::string text_of(const json::object& object, std::string_view name) {
  return std::string(json::find_string(object, name).value_or(""));
}

std::string_view type_of(const json::object& identifier) {
  const json::object* type = json::find_object(identifier, "type");
  const json::array* codings = type == nullptr ? nullptr : json::find_array(*type, "coding");
  if (codings == nullptr) return {};
  for (const json::value& coding : *codings)
    if (const auto* object = coding.if_object())
      if (const auto code = json::find_string(*object, "code")) return *code;
  return {};
}

void read_identifier(const json::object& identifier, ImagingOrder& out) {
  const std::string value = text_of(identifier, "value"), system = text_of(identifier, "system");
  const std::string_view type = type_of(identifier);
  if (system == kDicomUidSystem)
    out.study_instance_uid = value.starts_with(kOid) ? value.substr(kOid.size()) : value;
  else if (system == kRequestedProcedureSystem)
    out.requested_procedure_id = value;
  else if (system == kScheduledStepSystem)
    out.step_id = value;
  else if (type == "ACSN")
    out.accession_number = value;
  else if (type == "PLAC")
    out.placer_number = value;
  else if (type == "FILL")
    out.filler_number = value;
}

void read_detail(const json::object& detail, ImagingOrder& out) {
  if (const json::array* codings = json::find_array(detail, "coding"))
    for (const json::value& coding : *codings)
      if (const auto* object = coding.if_object();
          object != nullptr && text_of(*object, "system") == kDicomOntology)
        out.modality = text_of(*object, "code");
  if (out.step_description.empty()) out.step_description = text_of(detail, "text");
}

void read_performer(const json::object& performer, ImagingOrder& out) {
  const json::object* identifier = json::find_object(performer, "identifier");
  if (identifier == nullptr || text_of(*identifier, "system") != kAeTitleSystem) return;
  out.station_ae_title = text_of(*identifier, "value");
  out.station_name = text_of(performer, "display");
}

template <class F>
void each(const json::object& resource, std::string_view name, F take) {
  const json::array* list = json::find_array(resource, name);
  if (list == nullptr) return;
  for (const json::value& value : *list)
    if (const auto* object = value.if_object()) take(*object);
}

}  // namespace

ImagingOrder read_imaging_order(const json::object& r) {
  ImagingOrder out;
  each(r, "identifier", [&](const json::object& one) { read_identifier(one, out); });
  each(r, "orderDetail", [&](const json::object& one) { read_detail(one, out); });
  each(r, "performer", [&](const json::object& one) { read_performer(one, out); });
  out.start = text_of(r, "occurrenceDateTime");
  if (const json::object* period = json::find_object(r, "occurrencePeriod");
      period != nullptr && out.start.empty())
    out.start = text_of(*period, "start");
  return out;
}

void write_imaging_order(json::object& r, const ImagingOrder& order) {
  add_identifier(r, "", "ACSN", order.accession_number);
  add_identifier(r, "", "PLAC", order.placer_number);
  add_identifier(r, "", "FILL", order.filler_number);
  add_identifier(r, kRequestedProcedureSystem, "", order.requested_procedure_id);
  add_identifier(r, kScheduledStepSystem, "", order.step_id);
  if (!order.study_instance_uid.empty())
    add_identifier(r, kDicomUidSystem, "", std::string(kOid) + order.study_instance_uid);
  json::object detail;
  if (!order.modality.empty())
    detail["coding"] = json::array{json::object{{"system", kDicomOntology}, {"code", order.modality}}};
  if (!order.step_description.empty()) detail["text"] = order.step_description;
  if (!detail.empty()) list_of(r, "orderDetail").push_back(std::move(detail));
  if (!order.station_ae_title.empty()) {
    json::object station{
        {"type", "Device"},
        {"identifier", json::object{{"system", kAeTitleSystem}, {"value", order.station_ae_title}}}};
    if (!order.station_name.empty()) station["display"] = order.station_name;
    list_of(r, "performer").push_back(std::move(station));
  }
  if (!order.start.empty()) r["occurrenceDateTime"] = order.start;
}

}  // namespace xinglin::fhir
