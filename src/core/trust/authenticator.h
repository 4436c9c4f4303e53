// People and their sessions: users with roles, Argon2id password hashes (libsodium), short sessions with a
// CSRF token, bearer tokens for machines, and a rate limit on sign-in. Only hashes of secrets are stored.
// Thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "core/trust/access.h"
#include "core/trust/audit_log.h"
#include "store/sql/store.h"

namespace xinglin::trust {

inline constexpr ErrorCode kBadCredentials{"trust.bad-credentials", ErrorKind::Unauthenticated,
                                           "user name or password is wrong"};
inline constexpr ErrorCode kTooManyTries{"trust.too-many-tries", ErrorKind::Busy,
                                         "too many sign-in attempts; wait"};
inline constexpr ErrorCode kNoSession{"trust.no-session", ErrorKind::Unauthenticated, "sign in first"};
inline constexpr ErrorCode kBadCsrf{"trust.bad-csrf", ErrorKind::Denied,
                                    "the CSRF token is missing or wrong"};
inline constexpr ErrorCode kUserExists{"trust.user-exists", ErrorKind::Conflict,
                                       "a user of this name exists"};
inline constexpr ErrorCode kWeakPassword{"trust.weak-password", ErrorKind::Invalid,
                                         "a password needs at least 12 characters"};
inline constexpr ErrorCode kNoUser{"trust.no-user", ErrorKind::NotFound, "no user has this id"};
inline constexpr ErrorCode kLastAdministrator{"trust.last-administrator", ErrorKind::Conflict,
                                              "one administrator must stay able to sign in"};
inline constexpr std::string_view kFirstUserName = "admin";  // whom bootstrap() makes

struct User {
  UserId id;
  std::string name;     // sign-in name
  std::string display;  // shown on pages
  Role role = Role::Nurse;
  bool demo = false;
  bool disabled = false;
};
struct Session {
  std::string token;  // goes into the HttpOnly cookie
  std::string csrf;   // goes to the page
  User user;
  Instant expires_at;
};

enum class Activity { OfPerson, OfPage };  // a page asks by itself, too, while nobody sits before it

class Authenticator {
public:
  struct Options {
    int64_t session_idle_us = 30 * kMinuteUs;
    int64_t session_max_us = 12 * kHourUs;
    int sign_in_tries = 5;  // per user name and per address
    int64_t sign_in_window_us = 5 * kMinuteUs;
  };
  Authenticator(sql::Store& store, const Clock& clock, Random& random, AuditLog& audit, Options options);
  ~Authenticator();

  // Makes the user "admin" when there is none yet and tells the password, which is shown this once; else
  // nullopt.
  Result<std::optional<std::string>> bootstrap();
  // `access` needs ManageUsers. The roles Sender and System are not for people. Demo users may have short
  // passwords.
  Result<User> add_user(const Access& access, const User& user, std::string_view password);
  Result<std::vector<User>> users(const Access& access);
  Result<void> set_password(const Access& access, const UserId& user, std::string_view password);
  Result<void> set_disabled(const Access& access, const UserId& user, bool disabled);

  Result<Session> sign_in(std::string_view name, std::string_view password, std::string_view remote);
  Result<void> sign_out(std::string_view session_token);
  struct SessionAccess {
    Session session;  // token left empty
    Access access;
  };
  // What a person does moves the idle time on.
  Result<SessionAccess> from_session(std::string_view session_token, Activity activity = Activity::OfPerson);
  bool csrf_matches(const Session& session, std::string_view given) const;

  // A token works in every process on the same store at once. ttl_us: above 0, at most a year.
  Result<std::string> issue_token(const Access& access, Role role, int64_t ttl_us, std::string_view label);
  Result<Access> from_token(std::string_view bearer);

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace xinglin::trust
