// Whether an application is the one it says: nothing but its name (then PKCE must do), a secret, or a
// statement signed with its key. Failures are counted per application. Thread-safe. RFC 6749 2.3, RFC 7523 3,
// SMART "Backend Services".
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "core/trust/detail/rate_limit.h"
#include "core/trust/issuer.h"
#include "core/trust/jose.h"

namespace xinglin::trust {

class ClientProofs {
public:
  ClientProofs(sql::Store& store, const Clock& clock, AuditLog& audit, Clients& clients, Issuer::Fetch fetch,
               int failures_max)
      : store_(store),
        clock_(clock),
        audit_(audit),
        clients_(clients),
        fetch_(std::move(fetch)),
        failures_(failures_max, kWindowUs) {}
  Result<Client> check(const ClientProof& proof);  // oauth::kInvalidClient, kTooManyTries

private:
  static constexpr int64_t kWindowUs = 10 * kMinuteUs, kKeysAgeUs = 10 * kMinuteUs,
                           kRefetchUs = 30 * kSecondUs;
  struct Fetched {
    KeySet keys;
    Instant at;
  };
  Result<Client> check_once(const ClientProof& proof);
  Result<void> check_assertion(const Client& client, const ClientProof& proof, const Jwt& jwt);
  Result<KeySet> keys_of(const Client& client, const std::string& key_id);

  sql::Store& store_;
  const Clock& clock_;
  AuditLog& audit_;
  Clients& clients_;
  Issuer::Fetch fetch_;
  RateLimit failures_;
  std::mutex mutex_;  // guards fetched_
  std::map<std::string, Fetched> fetched_;
};

}  // namespace xinglin::trust
