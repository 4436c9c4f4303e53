#include "core/trust/delegation.h"

#include "core/trust/authenticator.h"

namespace xinglin::trust {
namespace {

Result<Purpose> parse_purpose(std::string_view text) {
  for (const Purpose purpose : {Purpose::Treatment, Purpose::Operations, Purpose::Audit})
    if (to_string(purpose) == text) return purpose;
  return Error(errors::kCorrupt, "an unknown purpose was kept");
}

// The role as the row has it today.
Result<Role> role_of(sql::Query query, const char* whose) {
  if (!query.next()) {
    XL_CHECK(query.status());
    return Error(kNoSession, std::string(whose) + " is not valid any more");
  }
  return parse_role(query.text(0));
}

}  // namespace

Result<json::object> Delegation::remember(const Access& access) {
  const bool known = access.who().starts_with("user:") || access.who().starts_with("token:") ||
                     access.role() == Role::System;
  if (!known) return Error(kNotAllowed, "only a person or a token can have work done later");
  if (access.restriction() != nullptr)
    return Error(kNotAllowed, "work for later is not taken from tokens with scopes");
  return json::object{
      {"who", access.who()}, {"role", to_string(access.role())}, {"purpose", to_string(access.purpose())}};
}

Result<Access> Delegation::recall(sql::Session& session, Instant now, const json::object& remembered) {
  const std::string who(json::find_string(remembered, "who").value_or(""));
  const std::string role(json::find_string(remembered, "role").value_or(""));
  XL_TRY(const Purpose purpose, parse_purpose(json::find_string(remembered, "purpose").value_or("")));
  if (who.starts_with("system:")) return Access::system(who.substr(7));
  if (who.starts_with("user:")) {
    XL_TRY(
        const Role today,
        role_of(session.query("SELECT role FROM trust_user WHERE name = ?1 AND disabled = 0", who.substr(5)),
                "this person"));
    return Access(who, today, purpose);
  }
  if (who.starts_with("token:")) {
    XL_TRY(
        const Role today,
        role_of(session.query(
                    "SELECT role FROM trust_token WHERE label = ?1 AND role = ?2 AND expires_at > ?3 LIMIT 1",
                    who.substr(6), role, now),
                "this token"));
    return Access(who, today, purpose);
  }
  return Error(kNoSession, "nobody known was kept");
}

}  // namespace xinglin::trust
