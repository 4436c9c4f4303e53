#include "service/intake/detail/patient_hints.h"

#include "base/json.h"

namespace xinglin::intake::detail {

std::optional<PatientId> PatientHints::find(const Digest& said) const {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(said);
  return found == known_.end() ? std::nullopt : std::optional(found->second);
}

void PatientHints::remember(const Digest& said, const PatientId& patient) {
  const std::lock_guard lock(mutex_);
  if (known_.size() >= kKeptMax) known_.clear();
  known_.insert_or_assign(said, patient);
}

Digest PatientHints::digest_of(const hl7v2::MappedPatient& patient) {
  Sha256 digest;
  for (const hl7v2::PatientIdentifier& id : patient.identifiers)
    digest.update(id.system + "|" + id.value + "\n");
  digest.update(json::serialize(patient.resource));
  return digest.finish();
}

}  // namespace xinglin::intake::detail
