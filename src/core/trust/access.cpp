#include "core/trust/access.h"

#include <array>
#include <initializer_list>

namespace xinglin::trust {

namespace {

constexpr unsigned bits(std::initializer_list<Permission> permissions) {
  unsigned out = 0;
  for (const Permission p : permissions) out |= 1u << static_cast<unsigned>(p);
  return out;
}

// Administrators run the house and do not see patients; auditors see who did what, not the patients
// themselves. Integration engineers see what machines sent, as it was sent, and no record made of it; the
// machines themselves may only send.
constexpr unsigned allowed(Role role) {
  using enum Permission;
  switch (role) {
    case Role::Administrator:
      return bits({ReadSystem, OperateSystem, ReadAudit, ManageUsers, DeleteImages});
    case Role::Clinician:
      return bits({ReadClinical, WriteClinical, GiveFeedback});
    case Role::Nurse:
      return bits({ReadClinical, GiveFeedback});
    case Role::Integration:
      return bits({ReadSystem, OperateSystem, ReadReceived});
    case Role::Auditor:
      return bits({ReadAudit, ReadSystem});
    case Role::Sender:
      return bits({Ingest});
    case Role::Peer:
      return bits({ReadClinical});
    case Role::System:
      return bits({ReadClinical, WriteClinical, Ingest, ReadSystem, OperateSystem, ReadReceived, ReadAudit,
                   ManageUsers, DeleteImages});
  }
  return 0;
}

struct RoleName {
  Role role;
  std::string_view name;
};
constexpr std::array<RoleName, 8> kRoleNames{{{Role::Administrator, "administrator"},
                                              {Role::Clinician, "clinician"},
                                              {Role::Nurse, "nurse"},
                                              {Role::Integration, "integration"},
                                              {Role::Auditor, "auditor"},
                                              {Role::Sender, "sender"},
                                              {Role::Peer, "peer"},
                                              {Role::System, "system"}}};

}  // namespace

std::string_view to_string(Role role) {
  for (const RoleName& entry : kRoleNames)
    if (entry.role == role) return entry.name;
  return "unknown";
}

std::string_view to_string(Purpose purpose) {
  switch (purpose) {
    case Purpose::Treatment:
      return "treatment";
    case Purpose::Operations:
      return "operations";
    case Purpose::Audit:
      return "audit";
  }
  return "unknown";
}

Result<Role> parse_role(std::string_view text) {
  for (const RoleName& entry : kRoleNames)
    if (entry.name == text && entry.role != Role::System && entry.role != Role::Peer) return entry.role;
  return Error(errors::kInvalid,
               "a role is one of: administrator, clinician, nurse, integration, auditor, sender");
}

Purpose purpose_of(Role role) {
  switch (role) {
    case Role::Administrator:
    case Role::Integration:
    case Role::System:
      return Purpose::Operations;
    case Role::Auditor:
      return Purpose::Audit;
    default:
      return Purpose::Treatment;
  }
}

Access Access::system(std::string_view component) {
  return {"system:" + std::string(component), Role::System, Purpose::Operations};
}

Access Access::sender(std::string_view protocol, std::string_view peer) {
  return {std::string(protocol) + ":" + std::string(peer), Role::Sender, Purpose::Treatment};
}

Access Access::peer(std::string_view protocol, std::string_view peer) {
  return {std::string(protocol) + ":" + std::string(peer), Role::Peer, Purpose::Treatment};
}

bool Access::may(Permission permission) const {
  return !restriction_ && may_within_scopes(permission);
}

bool Access::may_within_scopes(Permission permission) const {
  return (allowed(role_) & (1u << static_cast<unsigned>(permission))) != 0;
}

Result<void> Access::require(Permission permission) const {
  if (restriction_) return Error(kNotAllowed, "the scopes of this token do not reach here");
  return require_within_scopes(permission);
}

Result<void> Access::require_within_scopes(Permission permission) const {
  if (may_within_scopes(permission)) return {};
  return Error(kNotAllowed, "the role " + std::string(to_string(role_)) + " may not do that");
}

Access Access::with_request(std::string request_id) const {
  Access out = *this;
  out.request_id_ = std::move(request_id);
  return out;
}

Access Access::narrowed(std::shared_ptr<const Restriction> restriction) const {
  Access out = *this;
  if (!out.restriction_) out.restriction_ = std::move(restriction);
  return out;
}

}  // namespace xinglin::trust
