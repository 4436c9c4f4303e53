// Access: who asks, in which role, for what purpose. Every core function that reads or writes patient data
// takes one, so forgetting the check does not compile. An Access is made by the Authenticator (people and
// tokens), by the issuers of tokens or by one of the three named factories below, nowhere else; it can be
// narrowed to the scopes of a token, never widened. Values, cheap to copy.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/strong_id.h"
#include "core/trust/scope.h"

namespace xinglin::trust {

inline constexpr ErrorCode kNotAllowed{"trust.not-allowed", ErrorKind::Denied, "this role may not do that"};

// Integration is the engineer who connects machines; Sender is the machine: a device, a gateway, a DIMSE or
// MLLP peer. Peer is a machine that has been entered as one that may ask: it reads and changes nothing.
// Nobody signs in as Sender, Peer or System.
enum class Role { Administrator, Clinician, Nurse, Integration, Auditor, Sender, Peer, System };
enum class Purpose { Treatment, Operations, Audit };
enum class Permission {
  ReadClinical,   // see patient data
  WriteClinical,  // create or change records by API
  Ingest,         // send images and messages in
  GiveFeedback,   // accept, edit or reject an AI result
  ReadSystem,     // queues, quarantine, dead letters (no patient data)
  OperateSystem,  // replay, undo merges
  ReadReceived,   // messages and quarantined objects byte for byte: they may name patients
  ReadAudit,
  ManageUsers,
  DeleteImages,  // delete studies whose time is over, restore them, hold them
};

std::string_view to_string(Role role);
std::string_view to_string(Purpose purpose);
Purpose purpose_of(Role role);  // of what somebody in this role does
Result<Role> parse_role(
    std::string_view text);  // administrator, clinician, nurse, integration, auditor, sender

class Access {
public:
  // For work the house does itself: dispatcher, applications, projections. `component` is written to the
  // audit log.
  static Access system(std::string_view component);
  // For a protocol that has no user (DIMSE, MLLP): the sending system under the edge's own policy.
  static Access sender(std::string_view protocol, std::string_view peer);
  // For a machine that is known and asks (query, retrieve, worklist).
  static Access peer(std::string_view protocol, std::string_view peer);

  const std::string& who() const {
    return who_;
  }  // "user:alice", "system:inference", "dimse:MODALITY@10.0.0.7"
  Role role() const { return role_; }
  Purpose purpose() const { return purpose_; }
  const std::string& request_id() const { return request_id_; }
  // Never under a restriction: what knows nothing of scopes is closed to those who have only scopes.
  bool may(Permission permission) const;
  Result<void> require(Permission permission) const;  // kNotAllowed
  // What the role may do, for code that also applies restriction() to every resource it shows or changes.
  bool may_within_scopes(Permission permission) const;
  Result<void> require_within_scopes(Permission permission) const;
  // What the scopes of a token leave of the role; nullptr: the role alone decides.
  const Restriction* restriction() const { return restriction_.get(); }
  Access with_request(std::string request_id) const;
  // Once only: an Access that has a restriction keeps it.
  Access narrowed(std::shared_ptr<const Restriction> restriction) const;

private:
  friend class Authenticator;
  friend class Delegation;
  friend class Issuer;
  friend class ExternalIssuer;
  Access(std::string who, Role role, Purpose purpose)
      : who_(std::move(who)), role_(role), purpose_(purpose) {}
  std::string who_;
  Role role_;
  Purpose purpose_;
  std::string request_id_;
  std::shared_ptr<const Restriction> restriction_;  // shared: an Access is copied for every request
};

}  // namespace xinglin::trust
