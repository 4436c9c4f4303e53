// Everything that can be done for a message before its transaction: the one writer thread is to have little
// to do.
#include "service/intake/detail/hl7_incoming.h"

namespace xinglin::intake::detail {
namespace {

// What the record says of a mapped resource is told at the segment it came from.
void tell(const IssueSink& found, const std::string& where, IssueSink& issues) {
  for (const Issue& issue : found.issues())
    issues.add({issue.severity, issue.code, where, issue.path + ": " + issue.message});
}

Result<void> look_up(const Neighbours& n, sql::Session& session, Incoming& message, size_t index) {
  const hl7v2::PatientGroup& group = message.mapped.groups[index];
  PlannedGroup& planned = message.groups[index];
  auto found = n.identity.find(session, identifiers_of(group.patient.identifiers), group.patient.resource,
                               demographics_of(group.patient));
  if (found.ok()) {
    planned.known = found->has_value();
    planned.patient = planned.known ? **found : PatientId(planned_patient_id(message, index));
    return {};
  }
  if (!found.error().is(identity::kConflict)) return found.error();
  message.issues.error("conflict", group.patient.where,
                       "the identifiers belong to different patients; merge them first (A40)");
  return {};
}

// One read for all groups whose patient was not met lately.
Result<void> look_up(const Neighbours& n, const PatientHints& hints, Incoming& message) {
  std::vector<size_t> unknown;
  for (const hl7v2::PatientGroup& group : message.mapped.groups) {
    PlannedGroup& planned = message.groups.emplace_back();
    planned.said = PatientHints::digest_of(group.patient);
    const auto hint = hints.find(planned.said);
    planned.known = hint.has_value();
    if (hint)
      planned.patient = *hint;
    else
      unknown.push_back(message.groups.size() - 1);
  }
  if (unknown.empty()) return {};
  return n.store.read([&](sql::Session& session) -> Result<void> {
    for (const size_t index : unknown) XL_CHECK(look_up(n, session, message, index));
    return {};
  });
}

}  // namespace

identity::Identity::Demographics demographics_of(const hl7v2::MappedPatient& patient) {
  using Demographics = identity::Identity::Demographics;
  if (patient.corrects) return Demographics::Correct;
  return patient.update_demographics ? Demographics::Update : Demographics::Keep;
}

std::vector<identity::Identifier> identifiers_of(const std::vector<hl7v2::PatientIdentifier>& list) {
  std::vector<identity::Identifier> out;
  out.reserve(list.size());
  for (const hl7v2::PatientIdentifier& id : list) out.push_back({id.system, id.value});
  return out;
}

std::string planned_patient_id(const Incoming& message, size_t group) {
  std::string seed = "patient " + std::to_string(group) + " " + std::to_string(message.received_at.us) + " ";
  seed += to_hex(message.digest);
  const Digest mixed = sha256(seed);
  std::string hex = to_hex(std::span(mixed).first(16));
  hex[12] = '8';  // RFC 9562 version 8
  hex[16] = 'a';
  for (const size_t at : {20u, 16u, 12u, 8u}) hex.insert(at, 1, '-');
  return hex;
}

Result<record::Prepared> prepare(const Neighbours& n, json::object resource, const PatientId& patient,
                                 const std::string& where, IssueSink& issues) {
  hl7v2::set_subject(resource, patient.str());
  IssueSink found;
  auto prepared = n.record.prepare(std::move(resource), found);
  if (!prepared.ok()) {
    tell(found, where, issues);
    if (found.has_errors()) return Error(kContent);
  }
  return prepared;
}

Result<void> plan(const Neighbours& n, const PatientHints& hints, Incoming& message) {
  XL_CHECK(look_up(n, hints, message));
  for (size_t i = 0; i < message.groups.size(); ++i) {
    const hl7v2::PatientGroup& group = message.mapped.groups[i];
    PlannedGroup& planned = message.groups[i];
    if (planned.patient.empty()) continue;
    const auto add = [&](const json::object& resource, const std::string& where) -> Result<record::Prepared> {
      return prepare(n, resource, planned.patient, where, message.issues);
    };
    if (group.encounter) {
      auto encounter = add(group.encounter->resource, group.encounter->where);
      if (encounter.ok())
        planned.encounter = std::move(*encounter);
      else if (!encounter.error().is(kContent))
        return encounter.error();
    }
    planned.resources.reserve(group.resources.size());
    for (const hl7v2::MappedResource& resource : group.resources) {
      auto prepared = add(resource.resource, resource.where);
      if (prepared.ok())
        planned.resources.push_back({&resource, std::move(*prepared)});
      else if (!prepared.error().is(kContent))
        return prepared.error();
    }
  }
  return {};
}

}  // namespace xinglin::intake::detail
