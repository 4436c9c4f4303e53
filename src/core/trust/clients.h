// Applications that may ask for tokens: which addresses they may be sent back to, the most they may be given,
// and how they prove who they are (a secret, a signed statement, or nothing but PKCE). Kept in the SQL store;
// of a secret only its hash. Used by the OAuth edge, the command line and the page of administrators.
// Thread-safe. RFC 6749 2, RFC 7591.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/random.h"
#include "base/time.h"
#include "core/trust/access.h"
#include "core/trust/audit_log.h"
#include "store/sql/store.h"

namespace xinglin::trust {

inline constexpr ErrorCode kNoClient{"trust.no-client", ErrorKind::NotFound, "no application has this id"};
inline constexpr ErrorCode kClientExists{"trust.client-exists", ErrorKind::Conflict,
                                         "an application of this id exists"};

struct Client {
  std::string id, name;
  std::vector<std::string> redirect_uris;  // compared as they stand
  std::string launch_uri;                  // where a launch from a patient's page begins, or ""
  std::string scopes;                      // the most it may be given
  Role role = Role::Clinician;             // of tokens it has for itself: Clinician, Nurse or Sender
  std::string jwks, jwks_uri;              // its public keys, or where they are
  std::optional<Digest> secret_hash = {};
  bool is_public() const { return !secret_hash && jwks.empty() && jwks_uri.empty(); }
};

class Clients {
public:
  Clients(sql::Store& store, const Clock& clock, Random& random, AuditLog& audit)
      : store_(store), clock_(clock), random_(random), audit_(audit) {}

  // All three need ManageUsers. The secret is told this once; "" when none was asked for.
  enum class Secret { None, Make };
  Result<std::string> add(const Access& access, Client client, Secret secret);
  Result<std::vector<Client>> list(const Access& access);
  Result<void> remove(const Access& access, std::string_view id);  // and every token it holds

  Result<Client> find(std::string_view id);           // kNoClient
  Result<std::vector<Client>> launched_from_pages();  // those with a launch address
  // Origins ("https://app.example") of the addresses of all applications: whose pages may read answers.
  Result<bool> is_origin(std::string_view origin);

private:
  sql::Store& store_;
  const Clock& clock_;
  Random& random_;
  AuditLog& audit_;
};

// https, http to this machine only, or a scheme of an application on a device; no fragment, no user. RFC 8252
// 7, 8.4.
bool is_redirect_uri(std::string_view uri);

}  // namespace xinglin::trust
