#include "core/trust/authenticator.h"

#include "core/trust/tests/fixture.h"

namespace xinglin::trust {
namespace {

class AuthenticatorTest : public TrustFixture {
protected:
  const Access system_ = Access::system("test");
  static constexpr const char* kPassword = "correct horse battery";
  User add(const std::string& name, Role role = Role::Nurse) {
    const auto user =
        people_->add_user(system_, {.id = {}, .name = name, .display = {}, .role = role}, kPassword);
    EXPECT_TRUE(user) << user.error().message();
    return *user;
  }
  bool audited(const std::string& text) {
    EXPECT_TRUE(audit_->flush());
    const auto leaves = audit_->leaves(0, 1000);
    for (const LogLeaf& leaf : *leaves)
      if (leaf.record.find(text) != std::string::npos) return true;
    return false;
  }
};

TEST_F(AuthenticatorTest, TheFirstStartMakesOneAdministratorOnce) {
  const auto password = people_->bootstrap();
  ASSERT_TRUE(password && *password);
  EXPECT_GE((*password)->size(), 12u);
  EXPECT_FALSE(*people_->bootstrap());
  const auto session = people_->sign_in(kFirstUserName, **password, "127.0.0.1");
  ASSERT_TRUE(session);
  EXPECT_EQ(session->user.role, Role::Administrator);
}

TEST_F(AuthenticatorTest, SignInGivesASessionThatCarriesTheRole) {
  add("alice", Role::Clinician);
  const auto session = people_->sign_in("alice", kPassword, "10.0.0.1");
  ASSERT_TRUE(session) << session.error().message();
  const auto seen = people_->from_session(session->token);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->access.who(), "user:alice");
  EXPECT_TRUE(seen->access.may(Permission::ReadClinical));
  EXPECT_EQ(seen->access.purpose(), Purpose::Treatment);
  EXPECT_TRUE(seen->session.token.empty());
  EXPECT_EQ(seen->session.csrf, session->csrf);
  EXPECT_TRUE(people_->csrf_matches(seen->session, session->csrf));
  EXPECT_FALSE(people_->csrf_matches(seen->session, ""));
  EXPECT_FALSE(people_->csrf_matches(seen->session, session->token));
  EXPECT_TRUE(audited("\"action\":\"sign-in\""));
}

TEST_F(AuthenticatorTest, NoSecretIsInTheDatabase) {
  add("alice");
  const auto session = people_->sign_in("alice", kPassword, "10.0.0.1");
  const auto token = people_->issue_token(system_, Role::Sender, kHourUs, "gateway");
  const auto dump = store_->read([](sql::Session& s) -> Result<std::string> {
    std::string out;
    sql::Query u = s.query("SELECT password_hash FROM trust_user");
    while (u.next()) out += std::string(u.text(0)) + "\n";
    for (const char* table : {"trust_session", "trust_token"}) {
      sql::Query q = s.query(std::string("SELECT * FROM ") + table);
      while (q.next())
        for (int c = 0; c < 5; ++c) out += std::string(q.text(c)) + "\n";
    }
    return out;
  });
  EXPECT_NE(dump->find("$argon2id$"), std::string::npos);
  for (const std::string& secret : {std::string(kPassword), session->token, session->csrf, *token})
    EXPECT_EQ(dump->find(secret), std::string::npos);
}

TEST_F(AuthenticatorTest, WrongPasswordUnknownNameAndDisabledUserLookTheSame) {
  add("admin2", Role::Administrator);
  const User bob = add("bob");
  ASSERT_TRUE(people_->set_disabled(system_, bob.id, true));
  for (const auto& [name, password] :
       std::vector<std::pair<std::string, std::string>>{{"admin2", "wrong password"},
                                                        {"nobody", kPassword},
                                                        {"bob", kPassword},
                                                        {"Bad Name!", kPassword}}) {
    const auto r = people_->sign_in(name, password, "10.0.0.1");
    ASSERT_FALSE(r) << name;
    EXPECT_TRUE(r.error().is(kBadCredentials));
    EXPECT_EQ(r.error().message(), kBadCredentials.prose);
  }
  EXPECT_TRUE(audited("\"success\":false,\"who\":\"user:bob\""));
  EXPECT_FALSE(audited("nobody"));
}

TEST_F(AuthenticatorTest, TriesAreLimitedByNameAndByAddress) {
  add("alice");
  for (int i = 0; i < 5; ++i)
    EXPECT_TRUE(
        people_->sign_in("alice", "wrong", "10.0.1." + std::to_string(i)).error().is(kBadCredentials));
  EXPECT_TRUE(people_->sign_in("alice", kPassword, "10.0.1.9").error().is(kTooManyTries));
  for (int i = 0; i < 5; ++i)
    EXPECT_TRUE(people_->sign_in("u" + std::to_string(i), "wrong", "10.0.2.1").error().is(kBadCredentials));
  EXPECT_TRUE(people_->sign_in("u9", "wrong", "10.0.2.1").error().is(kTooManyTries));
  clock_.advance(5 * kMinuteUs);
  EXPECT_TRUE(people_->sign_in("alice", kPassword, "10.0.1.9"));
}

TEST_F(AuthenticatorTest, GoodSignInsDoNotCountAsTries) {
  add("alice");
  for (int i = 0; i < 7; ++i) EXPECT_TRUE(people_->sign_in("alice", kPassword, "10.0.0.1")) << i;
}

TEST_F(AuthenticatorTest, SessionsEndByIdlenessByAgeAndBySignOut) {
  add("alice");
  const auto idle = people_->sign_in("alice", kPassword, "a");
  clock_.advance(29 * kMinuteUs);
  ASSERT_TRUE(people_->from_session(idle->token));
  ASSERT_TRUE(store_->write([](sql::Tx&) -> Result<void> { return {}; }));  // the idle time has been moved on
  clock_.advance(29 * kMinuteUs);
  ASSERT_TRUE(people_->from_session(idle->token));
  ASSERT_TRUE(store_->write([](sql::Tx&) -> Result<void> { return {}; }));
  clock_.advance(30 * kMinuteUs);
  EXPECT_TRUE(people_->from_session(idle->token).error().is(kNoSession));

  const auto old = people_->sign_in("alice", kPassword, "a");
  for (int i = 0; i < 47; ++i) {
    clock_.advance(15 * kMinuteUs);
    ASSERT_TRUE(people_->from_session(old->token)) << i;
    ASSERT_TRUE(store_->write([](sql::Tx&) -> Result<void> { return {}; }));
  }
  clock_.advance(15 * kMinuteUs);
  EXPECT_FALSE(people_->from_session(old->token));

  const auto out = people_->sign_in("alice", kPassword, "a");
  ASSERT_TRUE(people_->sign_out(out->token));
  EXPECT_FALSE(people_->from_session(out->token));
  EXPECT_FALSE(people_->sign_out(out->token));
  EXPECT_FALSE(people_->from_session(""));
  EXPECT_TRUE(audited("\"action\":\"sign-out\""));
}

TEST_F(AuthenticatorTest, APageLeftOpenDoesNotKeepItsSessionAlive) {
  add("alice");
  const auto session = people_->sign_in("alice", kPassword, "a");
  const Instant end = clock_.now() + 30 * kMinuteUs;
  for (int i = 0; i < 5; ++i) {
    clock_.advance(5 * kMinuteUs);
    const auto seen = people_->from_session(session->token, Activity::OfPage);
    ASSERT_TRUE(seen) << i;
    EXPECT_EQ(seen->session.expires_at, end) << i;
    ASSERT_TRUE(store_->write([](sql::Tx&) -> Result<void> { return {}; }));
  }
  clock_.advance(5 * kMinuteUs);
  EXPECT_TRUE(people_->from_session(session->token, Activity::OfPage).error().is(kNoSession));
}

TEST_F(AuthenticatorTest, ChangingOrDisablingAUserEndsTheSessions) {
  add("root", Role::Administrator);
  const User alice = add("alice");
  const auto first = people_->sign_in("alice", kPassword, "a");
  ASSERT_TRUE(people_->set_password(system_, alice.id, "another long password"));
  EXPECT_FALSE(people_->from_session(first->token));
  EXPECT_FALSE(people_->sign_in("alice", kPassword, "b"));
  const auto second = people_->sign_in("alice", "another long password", "c");
  ASSERT_TRUE(second);
  ASSERT_TRUE(people_->set_disabled(system_, alice.id, true));
  EXPECT_FALSE(people_->from_session(second->token));
  ASSERT_TRUE(people_->set_disabled(system_, alice.id, false));
  EXPECT_TRUE(people_->sign_in("alice", "another long password", "d"));
}

TEST_F(AuthenticatorTest, OneAdministratorStays) {
  const User root = add("root", Role::Administrator);
  EXPECT_TRUE(people_->set_disabled(system_, root.id, true).error().is(kLastAdministrator));
  add("second", Role::Administrator);
  EXPECT_TRUE(people_->set_disabled(system_, root.id, true));
  EXPECT_TRUE(people_->set_disabled(system_, UserId("none"), true).error().is(kNoUser));
}

TEST_F(AuthenticatorTest, UsersAreChecked) {
  add("alice");
  const auto add_one = [&](User user, std::string_view password) {
    return people_->add_user(system_, user, password);
  };
  EXPECT_TRUE(add_one({.id = {}, .name = "alice", .display = {}}, kPassword).error().is(kUserExists));
  EXPECT_TRUE(add_one({.id = {}, .name = "carol", .display = {}}, "short").error().is(kWeakPassword));
  EXPECT_TRUE(add_one({.id = {}, .name = "demo", .display = {}, .demo = true}, "demo"));
  EXPECT_FALSE(add_one({.id = {}, .name = "demo2", .display = {}, .demo = true}, ""));
  EXPECT_FALSE(add_one({.id = {}, .name = "Carol", .display = {}}, kPassword));
  EXPECT_FALSE(add_one({.id = {}, .name = "", .display = {}}, kPassword));
  EXPECT_FALSE(add_one({.id = {}, .name = "robot", .display = {}, .role = Role::System}, kPassword));
  EXPECT_FALSE(add_one({.id = {}, .name = "gateway", .display = {}, .role = Role::Sender}, kPassword));
  // Twelve characters, not twelve bytes.
  EXPECT_FALSE(
      add_one({.id = {}, .name = "dan", .display = {}}, "\xe4\xb8\xad\xe6\x96\x87\xe5\xaf\x86\xe7\xa0\x81"));
  EXPECT_EQ(people_->users(system_)->size(), 2u);
}

TEST_F(AuthenticatorTest, OnlyWhoManagesUsersMay) {
  const User alice = add("alice");
  for (const Role role : {Role::Clinician, Role::Nurse, Role::Integration, Role::Auditor, Role::Sender}) {
    const Access access = access_of(role);
    EXPECT_TRUE(
        people_->add_user(access, {.id = {}, .name = "x", .display = {}}, kPassword).error().is(kNotAllowed));
    EXPECT_TRUE(people_->users(access).error().is(kNotAllowed));
    EXPECT_TRUE(people_->set_password(access, alice.id, kPassword).error().is(kNotAllowed));
    EXPECT_TRUE(people_->set_disabled(access, alice.id, true).error().is(kNotAllowed));
    EXPECT_TRUE(people_->issue_token(access, Role::Nurse, kHourUs, "x").error().is(kNotAllowed));
  }
  EXPECT_TRUE(people_->users(access_of(Role::Administrator)));
}

TEST_F(AuthenticatorTest, ATokenOfAnotherProcessWorksAtOnceUntilItExpires) {
  std::string token;
  {
    auto store = sql::Store::open(database());
    auto audit = AuditLog::open(**store, clock_, dir_.path());
    SystemRandom random;
    Authenticator command(**store, clock_, random, **audit, {});
    token = *command.issue_token(Access::system("command-line"), Role::Auditor, 60 * kSecondUs, "cli");
  }
  const auto access = people_->from_token(token);
  ASSERT_TRUE(access) << access.error().message();
  EXPECT_EQ(access->who(), "token:cli");
  EXPECT_EQ(access->role(), Role::Auditor);
  EXPECT_EQ(access->purpose(), Purpose::Audit);
  EXPECT_TRUE(audited("Token/cli"));
  clock_.advance(60 * kSecondUs);
  EXPECT_TRUE(people_->from_token(token).error().is(kNoSession));
  EXPECT_FALSE(people_->from_token("xl_unknown"));
  EXPECT_FALSE(people_->from_token(""));
  EXPECT_FALSE(people_->issue_token(system_, Role::Nurse, 0, "x"));
  EXPECT_FALSE(people_->issue_token(system_, Role::System, kHourUs, "x"));
  EXPECT_FALSE(people_->issue_token(system_, Role::Nurse, 400 * kDayUs, "x"));
  EXPECT_FALSE(people_->issue_token(system_, Role::Nurse, kHourUs, "bad label\n"));
}

}  // namespace
}  // namespace xinglin::trust
