// One HL7 message on its way through intake: what was read of it, what is planned, and the steps in between.
#pragma once

#include <optional>

#include "codec/hl7v2/to_fhir.h"
#include "service/intake/detail/patient_hints.h"
#include "service/intake/message_intake.h"

namespace xinglin::intake {

// The content, not the machine, is at fault: the message is answered AE and kept as rejected.
inline constexpr ErrorCode kContent{"intake.content", ErrorKind::Invalid,
                                    "the content of the message is wrong"};

namespace detail {

struct Neighbours {
  sql::Store& store;
  const Clock& clock;
  trust::AuditLog& audit;
  journal::Journal& journal;
  record::Record& record;
  identity::Identity& identity;
};

// A resource made ready outside the transaction for the patient it is expected to belong to.
struct PlannedResource {
  const hl7v2::MappedResource* source = nullptr;
  record::Prepared prepared;
};
struct PlannedGroup {
  Digest said{};      // PatientHints::digest_of
  PatientId patient;  // known, or the id a new one will get
  bool known = false;
  std::optional<record::Prepared> encounter;
  std::vector<PlannedResource> resources;
};

struct Incoming {
  std::span<const uint8_t> bytes;
  std::string peer;
  Instant received_at;
  Digest digest{};
  bool again = false;  // a replay: taken although the same bytes are kept
  std::string sender;
  hl7v2::Header header;
  hl7v2::Mapped mapped;
  IssueSink issues;
  std::vector<PlannedGroup> groups;
};

identity::Identity::Demographics demographics_of(const hl7v2::MappedPatient& patient);
std::vector<identity::Identifier> identifiers_of(const std::vector<hl7v2::PatientIdentifier>& list);
// An id for a patient not seen before; the same message gives the same one.
std::string planned_patient_id(const Incoming& message, size_t group);

// Looks the patients up and prepares every resource. What record finds wrong becomes an issue.
Result<void> plan(const Neighbours& n, const PatientHints& hints, Incoming& message);
Result<record::Prepared> prepare(const Neighbours& n, json::object resource, const PatientId& patient,
                                 const std::string& where, IssueSink& issues);

struct Written {
  std::vector<PatientId> patients;  // of the groups
  json::array resources;
  std::string patient() const { return patients.empty() ? "" : patients.front().str(); }
};
// Inside the transaction; may be called twice. kContent: `issues` says what is wrong.
Result<Written> write_groups(const Neighbours& n, sql::Tx& tx, const trust::Access& access,
                             const Incoming& message, IssueSink& issues);

// The acknowledgement of a message that was understood (AA or AE), with its issues as ERR segments.
Acknowledgement answer(const Incoming& message, AckCode code, const IssueSink& issues);
// Of bytes that were not (AR).
Acknowledgement refuse(const hl7v2::Header& header, const Digest& digest, Instant at,
                       const hl7v2::AckError& error);
hl7v2::AckError refusal_of(const Error& error);
std::string first_issue(const IssueSink& issues);

}  // namespace detail
}  // namespace xinglin::intake
