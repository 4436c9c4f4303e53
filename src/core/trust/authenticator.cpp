#include "core/trust/authenticator.h"

#include <algorithm>
#include <mutex>

#include "core/trust/detail/password.h"
#include "core/trust/detail/rate_limit.h"

namespace xinglin::trust {

namespace {

constexpr size_t kPasswordLengthMin = 12, kPasswordBytesMax = 1024, kNameLengthMax = 64,
                 kDisplayBytesMax = 200;
constexpr int64_t kSeenStepUs = kMinuteUs;  // the idle time is moved on in steps, to spare writes
constexpr int64_t kTokenTtlMaxUs = 366 * kDayUs;
constexpr std::string_view kTokenPrefix = "xl_",
                           kUserColumns = "id, name, display, role, demo, disabled, password_hash";

struct StoredUser {
  User user;
  std::string password_hash;
};

StoredUser stored_user(const sql::Query& q) {
  const auto role = parse_role(q.text(3));
  return {{.id = UserId(std::string(q.text(0))),
           .name = std::string(q.text(1)),
           .display = std::string(q.text(2)),
           .role = role.value_or(Role::Auditor),
           .demo = q.integer(4) != 0,
           .disabled = q.integer(5) != 0 || !role},
          std::string(q.text(6))};
}

Result<std::optional<StoredUser>> find_user(sql::Session& session, std::string_view column,
                                            std::string_view value) {
  sql::Query q = session.query(
      "SELECT " + std::string(kUserColumns) + " FROM trust_user WHERE " + std::string(column) + " = ?1",
      value);
  std::optional<StoredUser> out;
  if (q.next()) out = stored_user(q);
  XL_CHECK(q.status());
  return out;
}

Result<void> check_user_name(std::string_view name) {
  const bool good =
      !name.empty() && name.size() <= kNameLengthMax && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
      });
  if (good) return {};
  return Error(errors::kInvalid, "a user name has 1 to 64 of a-z, 0-9, '.', '_' and '-'");
}

bool is_printable_label(std::string_view label) {
  return !label.empty() && label.size() <= kNameLengthMax &&
         std::all_of(label.begin(), label.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

size_t characters(std::string_view utf8) {
  return static_cast<size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

Result<void> check_password(std::string_view password, bool demo) {
  if (password.size() > kPasswordBytesMax) return Error(kWeakPassword, "a password has at most 1024 bytes");
  if (password.empty() || (!demo && characters(password) < kPasswordLengthMin)) return Error(kWeakPassword);
  return {};
}

Digest secret_digest(std::string_view secret) {
  return sha256(secret);
}

// Derived from the session token, so that the database holds neither.
std::string csrf_of(std::string_view session_token) {
  return to_base64url(sha256("xinglin csrf " + std::string(session_token)));
}

std::span<const uint8_t> view(const Digest& digest) {
  return digest;
}

// After a change no user may be left who manages users.
Result<void> require_an_administrator(sql::Tx& tx) {
  sql::Query q = tx.query("SELECT 1 FROM trust_user WHERE role = 'administrator' AND disabled = 0 LIMIT 1");
  const bool found = q.next();
  XL_CHECK(q.status());
  if (!found) return Error(kLastAdministrator);
  return {};
}

}  // namespace

struct Authenticator::Impl {
  Impl(sql::Store& s, const Clock& c, Random& r, AuditLog& a, const Options& o)
      : store(s),
        clock(c),
        random(r),
        audit(a),
        options(o),
        by_name(o.sign_in_tries, o.sign_in_window_us),
        by_address(o.sign_in_tries, o.sign_in_window_us) {}

  sql::Store& store;
  const Clock& clock;
  Random& random;
  AuditLog& audit;
  Options options;
  PasswordHasher passwords = {};
  RateLimit by_name, by_address;
  std::mutex random_mutex = {};  // guards random

  std::string secret(int bytes) {
    std::lock_guard guard(random_mutex);
    return new_token(random, bytes);
  }
  std::string uuid() {
    std::lock_guard guard(random_mutex);
    return new_uuid(random);
  }
  Result<User> insert_user(sql::Tx& tx, const Access& access, const User& user,
                           std::string_view password_hash);
  Result<Session> open_session(const Access& access, const User& user);
  void audit_failed_sign_in(const Access& access, std::string_view detail);
  Result<void> change_user(const Access& access, const UserId& id, std::string_view sql,
                           const sql::Parameter& value, std::string_view detail);
};

Authenticator::Authenticator(sql::Store& store, const Clock& clock, Random& random, AuditLog& audit,
                             Options options)
    : impl_(std::make_unique<Impl>(store, clock, random, audit, options)) {}
Authenticator::~Authenticator() = default;

Result<User> Authenticator::Impl::insert_user(sql::Tx& tx, const Access& access, const User& user,
                                              std::string_view password_hash) {
  XL_TRY(const auto same_name, find_user(tx, "name", user.name));
  if (same_name) return Error(kUserExists, "there is a user named " + user.name);
  XL_CHECK(
      tx.run("INSERT INTO trust_user (id, name, display, role, password_hash, demo, disabled, created_at) "
             "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
             user.id.str(), user.name, user.display, to_string(user.role), password_hash, user.demo,
             user.disabled, clock.now()));
  XL_CHECK(audit.append(tx, access,
                        {.action = Action::Create,
                         .object = "User/" + user.id.str(),
                         .patient = {},
                         .detail = "name " + user.name + ", role " + std::string(to_string(user.role))}));
  return user;
}

Result<std::optional<std::string>> Authenticator::bootstrap() {
  const auto empty = impl_->store.read([](sql::Session& session) -> Result<bool> {
    sql::Query q = session.query("SELECT 1 FROM trust_user LIMIT 1");
    const bool found = q.next();
    XL_CHECK(q.status());
    return !found;
  });
  if (!empty) return empty.error();
  if (!*empty) return std::optional<std::string>();
  const std::string password = impl_->secret(15);
  User user{
      .id = {}, .name = std::string(kFirstUserName), .display = "Administrator", .role = Role::Administrator};
  XL_CHECK(add_user(Access::system("bootstrap"), user, password));
  return std::optional<std::string>(password);
}

Result<User> Authenticator::add_user(const Access& access, const User& user, std::string_view password) {
  XL_CHECK(access.require(Permission::ManageUsers));
  XL_CHECK(check_user_name(user.name));
  XL_CHECK(check_password(password, user.demo));
  if (user.display.size() > kDisplayBytesMax)
    return Error(errors::kInvalid, "the displayed name is too long");
  if (user.role == Role::System) return Error(errors::kInvalid, "no person has the role of the system");
  if (user.role == Role::Sender || user.role == Role::Peer)
    return Error(errors::kInvalid, "the role sender is for machines: give them a token");
  User made = user;
  made.id = UserId(impl_->uuid());
  if (made.display.empty()) made.display = made.name;
  XL_TRY(const std::string hash, impl_->passwords.hash(password));
  return impl_->store.write_for<User>(
      [&](sql::Tx& tx) { return impl_->insert_user(tx, access, made, hash); });
}

Result<std::vector<User>> Authenticator::users(const Access& access) {
  XL_CHECK(access.require(Permission::ManageUsers));
  impl_->audit.record(access, {.action = Action::Search, .object = "User", .patient = {}, .detail = {}});
  return impl_->store.read([](sql::Session& session) -> Result<std::vector<User>> {
    std::vector<User> out;
    sql::Query q = session.query("SELECT " + std::string(kUserColumns) + " FROM trust_user ORDER BY name");
    while (q.next()) out.push_back(stored_user(q).user);
    XL_CHECK(q.status());
    return out;
  });
}

// Changes one column and ends the user's sessions: whoever holds one must sign in again.
Result<void> Authenticator::Impl::change_user(const Access& access, const UserId& id, std::string_view sql,
                                              const sql::Parameter& value, std::string_view detail) {
  return store.write([&](sql::Tx& tx) -> Result<void> {
    const sql::Parameter parameters[] = {sql::Parameter(id.str()), value};
    XL_TRY(const int64_t changed, tx.run_bound(sql, parameters));
    if (changed == 0) return Error(kNoUser);
    XL_CHECK(require_an_administrator(tx));
    XL_CHECK(tx.run("DELETE FROM trust_session WHERE user_id = ?1", id.str()));
    XL_CHECK(audit.append(tx, access,
                          {.action = Action::Update,
                           .object = "User/" + id.str(),
                           .patient = {},
                           .detail = std::string(detail)}));
    return {};
  });
}

Result<void> Authenticator::set_password(const Access& access, const UserId& user,
                                         std::string_view password) {
  XL_CHECK(access.require(Permission::ManageUsers));
  XL_TRY(const auto found,
         impl_->store.read([&](sql::Session& session) { return find_user(session, "id", user.str()); }));
  if (!found) return Error(kNoUser);
  XL_CHECK(check_password(password, found->user.demo));
  XL_TRY(const std::string hash, impl_->passwords.hash(password));
  return impl_->change_user(access, user, "UPDATE trust_user SET password_hash = ?2 WHERE id = ?1",
                            sql::Parameter(hash), "password changed");
}

Result<void> Authenticator::set_disabled(const Access& access, const UserId& user, bool disabled) {
  XL_CHECK(access.require(Permission::ManageUsers));
  return impl_->change_user(access, user, "UPDATE trust_user SET disabled = ?2 WHERE id = ?1",
                            sql::Parameter(disabled), disabled ? "disabled" : "enabled");
}

void Authenticator::Impl::audit_failed_sign_in(const Access& access, std::string_view detail) {
  audit.record(access, {.action = Action::SignIn,
                        .object = "session",
                        .patient = {},
                        .success = false,
                        .detail = std::string(detail)});
}

Result<Session> Authenticator::sign_in(std::string_view name, std::string_view password,
                                       std::string_view remote) {
  const Instant now = impl_->clock.now();
  const std::string name_key(name.substr(0, kNameLengthMax)), address_key(remote.substr(0, kNameLengthMax));
  // A name nobody has is not written down: people type passwords into the wrong field.
  const Access unknown = Access::system("sign-in");
  const bool name_free = impl_->by_name.take(name_key, now),
             address_free = impl_->by_address.take(address_key, now);
  if (!name_free || !address_free) {
    impl_->audit_failed_sign_in(unknown, "too many tries from " + address_key);
    return Error(kTooManyTries);
  }
  std::optional<StoredUser> found;
  if (check_user_name(name) && password.size() <= kPasswordBytesMax) {
    XL_TRY(found, impl_->store.read([&](sql::Session& session) { return find_user(session, "name", name); }));
  }
  if (!found) {
    impl_->passwords.waste_time(password.substr(0, kPasswordBytesMax));
    impl_->audit_failed_sign_in(unknown, "unknown name from " + address_key);
    return Error(kBadCredentials);
  }
  const Access access("user:" + found->user.name, found->user.role, purpose_of(found->user.role));
  if (!impl_->passwords.matches(found->password_hash, password) || found->user.disabled) {
    impl_->audit_failed_sign_in(
        access, (found->user.disabled ? "disabled, from " : "wrong password from ") + address_key);
    return Error(kBadCredentials);
  }
  impl_->by_name.forgive(name_key);
  impl_->by_address.forgive(address_key);
  return impl_->open_session(access, found->user);
}

Result<Session> Authenticator::Impl::open_session(const Access& access, const User& user) {
  Session session{.token = secret(32), .csrf = {}, .user = user, .expires_at = {}};
  session.csrf = csrf_of(session.token);
  const Digest hash = secret_digest(session.token);
  const Instant now = clock.now();
  session.expires_at = now + std::min(options.session_idle_us, options.session_max_us);
  const Result<void> stored = store.write([&](sql::Tx& tx) -> Result<void> {
    XL_CHECK(tx.run("DELETE FROM trust_session WHERE seen_at < ?1 OR created_at < ?2",
                    now + -options.session_idle_us, now + -options.session_max_us));
    XL_CHECK(
        tx.run("INSERT INTO trust_session (token_hash, user_id, created_at, seen_at) VALUES (?1, ?2, ?3, ?3)",
               view(hash), user.id.str(), now));
    XL_CHECK(audit.append(tx, access,
                          {.action = Action::SignIn, .object = "session", .patient = {}, .detail = {}}));
    return {};
  });
  if (!stored) return stored.error();
  return session;
}

Result<void> Authenticator::sign_out(std::string_view session_token) {
  XL_TRY(const SessionAccess current, from_session(session_token));
  const Digest hash = secret_digest(session_token);
  return impl_->store.write([&](sql::Tx& tx) -> Result<void> {
    XL_CHECK(tx.run("DELETE FROM trust_session WHERE token_hash = ?1", view(hash)));
    XL_CHECK(impl_->audit.append(
        tx, current.access, {.action = Action::SignOut, .object = "session", .patient = {}, .detail = {}}));
    return {};
  });
}

Result<Authenticator::SessionAccess> Authenticator::from_session(std::string_view session_token,
                                                                 Activity activity) {
  if (session_token.empty()) return Error(kNoSession);
  struct Row {
    Instant created_at, seen_at;
    StoredUser owner;
  };
  const Digest hash = secret_digest(session_token);
  const auto stored = impl_->store.read([&](sql::Session& session) -> Result<std::optional<Row>> {
    sql::Query q = session.query(
        "SELECT u.id, u.name, u.display, u.role, u.demo, u.disabled, '', s.created_at, s.seen_at FROM "
        "trust_session s "
        "JOIN trust_user u ON u.id = s.user_id WHERE s.token_hash = ?1",
        view(hash));
    std::optional<Row> out;
    if (q.next()) out = Row{q.instant(7), q.instant(8), stored_user(q)};
    XL_CHECK(q.status());
    return out;
  });
  if (!stored) return stored.error();
  const std::optional<Row>& row = *stored;
  const Instant now = impl_->clock.now();
  if (!row || row->owner.user.disabled) return Error(kNoSession);
  const Instant end = row->created_at + impl_->options.session_max_us;
  if (now >= row->seen_at + impl_->options.session_idle_us || now >= end)
    return Error(kNoSession, "the session has ended; sign in again");
  const bool by_person = activity == Activity::OfPerson;
  if (by_person && now - row->seen_at >= std::min(kSeenStepUs, impl_->options.session_idle_us / 4))
    (void)impl_->store.write_async([hash, now](sql::Tx& tx) -> Result<void> {
      XL_CHECK(tx.run("UPDATE trust_session SET seen_at = ?2 WHERE token_hash = ?1", view(hash), now));
      return {};
    });
  const User& user = row->owner.user;
  return SessionAccess{
      {.token = {},
       .csrf = csrf_of(session_token),
       .user = user,
       .expires_at = std::min(end, (by_person ? now : row->seen_at) + impl_->options.session_idle_us)},
      Access("user:" + user.name, user.role, purpose_of(user.role))};
}

bool Authenticator::csrf_matches(const Session& session, std::string_view given) const {
  return !session.csrf.empty() && equal_constant_time(as_bytes(session.csrf), as_bytes(given));
}

Result<std::string> Authenticator::issue_token(const Access& access, Role role, int64_t ttl_us,
                                               std::string_view label) {
  XL_CHECK(access.require(Permission::ManageUsers));
  if (ttl_us <= 0 || ttl_us > kTokenTtlMaxUs)
    return Error(errors::kInvalid, "a token lives from 1 second to 366 days");
  if (role == Role::System || role == Role::Peer)
    return Error(errors::kInvalid, "this role is not given to tokens");
  if (!is_printable_label(label))
    return Error(errors::kInvalid, "a label has 1 to 64 printable ASCII characters");
  const std::string token = std::string(kTokenPrefix) + impl_->secret(32);
  const Digest hash = secret_digest(token);
  const Instant now = impl_->clock.now();
  const Result<void> stored = impl_->store.write([&](sql::Tx& tx) -> Result<void> {
    XL_CHECK(tx.run("DELETE FROM trust_token WHERE expires_at < ?1", now));
    XL_CHECK(
        tx.run("INSERT INTO trust_token (token_hash, label, role, issued_by, issued_at, expires_at) "
               "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
               view(hash), label, to_string(role), access.who(), now, now + ttl_us));
    XL_CHECK(impl_->audit.append(tx, access,
                                 {.action = Action::Create,
                                  .object = "Token/" + std::string(label),
                                  .patient = {},
                                  .detail = "role " + std::string(to_string(role))}));
    return {};
  });
  if (!stored) return stored.error();
  return token;
}

Result<Access> Authenticator::from_token(std::string_view bearer) {
  if (!bearer.starts_with(kTokenPrefix) || bearer.size() > 200)
    return Error(kNoSession, "the token is not one of ours");
  const Digest hash = secret_digest(bearer);
  return impl_->store.read([&](sql::Session& session) -> Result<Access> {
    sql::Query q =
        session.query("SELECT label, role, expires_at FROM trust_token WHERE token_hash = ?1", view(hash));
    if (!q.next()) return q.status() ? Error(kNoSession, "the token is not known") : q.status().error();
    if (impl_->clock.now() >= q.instant(2)) return Error(kNoSession, "the token has expired");
    XL_TRY(const Role role, parse_role(q.text(1)));
    return Access("token:" + std::string(q.text(0)), role, purpose_of(role));
  });
}

}  // namespace xinglin::trust
