#include "core/trust/delegation.h"

#include "core/trust/authenticator.h"
#include "core/trust/tests/fixture.h"

namespace xinglin::trust {
namespace {

class DelegationTest : public TrustFixture {
protected:
  static constexpr const char* kPassword = "correct horse battery";
  Access signed_in(const std::string& name, Role role) {
    const auto user = people_->add_user(Access::system("test"),
                                        {.id = {}, .name = name, .display = {}, .role = role}, kPassword);
    EXPECT_TRUE(user) << user.error().message();
    id_ = user->id;
    const auto session = people_->sign_in(name, kPassword, "10.0.0.1");
    EXPECT_TRUE(session);
    return people_->from_session(session->token)->access;
  }
  Result<Access> recall(const json::object& kept) {
    return store_->read(
        [&](sql::Session& session) { return Delegation::recall(session, clock_.now(), kept); });
  }
  UserId id_;
};

TEST_F(DelegationTest, APersonIsRecalledWithTheirName) {
  const Access access = signed_in("alice", Role::Clinician);
  const auto again = recall(*Delegation::remember(access));
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(again->who(), "user:alice");
  EXPECT_EQ(again->role(), Role::Clinician);
  EXPECT_EQ(again->purpose(), access.purpose());
}

TEST_F(DelegationTest, WhoIsDisabledMayNothingLater) {
  const auto kept = Delegation::remember(signed_in("alice", Role::Clinician));
  ASSERT_TRUE(people_->add_user(Access::system("test"),
                                {.id = {}, .name = "root", .display = {}, .role = Role::Administrator},
                                kPassword));
  ASSERT_TRUE(people_->set_disabled(Access::system("test"), id_, true));
  const auto again = recall(*kept);
  ASSERT_FALSE(again);
  EXPECT_TRUE(again.error().is(kNoSession));
}

TEST_F(DelegationTest, ATokenIsRecalledUntilItEnds) {
  const auto token = people_->issue_token(Access::system("test"), Role::Clinician, kHourUs, "nightly export");
  const auto kept = Delegation::remember(*people_->from_token(*token));
  ASSERT_TRUE(recall(*kept));
  clock_.advance(2 * kHourUs);
  EXPECT_FALSE(recall(*kept));
}

TEST_F(DelegationTest, DevicesHaveNothingDoneLater) {
  EXPECT_FALSE(Delegation::remember(Access::peer("dimse", "MODALITY")));
  EXPECT_FALSE(recall(json::object{{"who", "dimse:MODALITY"}, {"role", "peer"}, {"purpose", "treatment"}}));
}

}  // namespace
}  // namespace xinglin::trust
