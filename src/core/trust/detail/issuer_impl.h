// The parts of Issuer: what both of its files need to see.
#pragma once

#include <mutex>

#include "core/trust/detail/client_proof.h"
#include "core/trust/issuer.h"

namespace xinglin::trust {

enum class TokenKind { Code = 0, Access = 1, Refresh = 2 };

struct Issuer::Impl {
  Impl(sql::Store& s, const Clock& c, Random& r, AuditLog& a, Clients& known, Fetch fetch, const Options& o)
      : store(s),
        clock(c),
        random(r),
        audit(a),
        clients(known),
        options(o),
        proofs(s, c, a, known, std::move(fetch), o.failures_max) {}

  struct StoredRequest {
    std::string client_id, redirect_uri, state, scopes, challenge, nonce, patient, launch_user;
  };
  struct Grant {
    int64_t id = 0;
    std::string client_id, user_id, scopes, patient;
  };
  struct StoredToken {
    TokenKind kind = TokenKind::Access;
    Grant grant;
    std::string scopes, redirect_uri, challenge, nonce, user_name, user_role, client_role;
    Instant issued_at, expires_at;
    bool used = false, ended = false, user_disabled = false;
  };

  std::string secret() {
    const std::lock_guard lock(random_mutex);
    return new_token(random);
  }
  Result<StoredRequest> request(sql::Session& session, std::string_view id);
  Result<std::optional<StoredToken>> find(sql::Session& session, std::string_view token);
  Result<std::string> insert(sql::Tx& tx, int64_t grant, TokenKind kind, std::string_view scopes,
                             int64_t life_us, const StoredRequest* request = nullptr);
  Result<void> end(sql::Tx& tx, int64_t grant);
  Result<void> end_reused(std::string_view token, const std::string& client, std::string_view why);
  // An access token, and a refresh token where the scopes ask for one.
  Result<TokenAnswer> give(sql::Tx& tx, const Grant& grant, const ScopeSet& scopes, const ScopeSet& granted);
  Access who(const StoredToken& token) const;

  sql::Store& store;
  const Clock& clock;
  Random& random;
  AuditLog& audit;
  Clients& clients;
  Options options;
  ClientProofs proofs;
  std::mutex random_mutex = {};  // guards random
};

}  // namespace xinglin::trust
