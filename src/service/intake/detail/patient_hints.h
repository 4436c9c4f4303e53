// Who was last meant by what a message said of its patient, so that the plan of the next message need not ask
// the database. Only a hint: the transaction resolves the patient itself, and makes anew what was planned for
// somebody else. Thread-safe; bounded.
#pragma once

#include <map>
#include <mutex>
#include <optional>

#include "base/digest.h"
#include "codec/hl7v2/to_fhir.h"
#include "core/identity/identity.h"

namespace xinglin::intake::detail {

class PatientHints {
public:
  std::optional<PatientId> find(const Digest& said) const;
  void remember(const Digest& said, const PatientId& patient);

  // Of everything that identity looks at.
  static Digest digest_of(const hl7v2::MappedPatient& patient);

private:
  static constexpr size_t kKeptMax = 20'000;  // then it starts anew
  mutable std::mutex mutex_;                  // guards known_
  std::map<Digest, PatientId> known_;
};

}  // namespace xinglin::intake::detail
