#include "core/trust/access.h"

#include <gtest/gtest.h>

#include "core/trust/tests/fixture.h"

namespace xinglin::trust {
namespace {

using enum Permission;

struct Row {
  Role role;
  std::array<bool, 9> may;  // in the order of Permission
};

// ReadClinical, WriteClinical, Ingest, GiveFeedback, ReadSystem, OperateSystem, ReadReceived, ReadAudit,
// ManageUsers
constexpr Row kMatrix[] = {
    {Role::Administrator, {false, false, false, false, true, true, false, true, true}},
    {Role::Clinician, {true, true, false, true, false, false, false, false, false}},
    {Role::Nurse, {true, false, false, true, false, false, false, false, false}},
    {Role::Integration, {false, false, false, false, true, true, true, false, false}},
    {Role::Auditor, {false, false, false, false, true, false, false, true, false}},
    {Role::Sender, {false, false, true, false, false, false, false, false, false}},
    {Role::System, {true, true, true, false, true, true, true, true, true}},
};
constexpr Permission kPermissions[] = {ReadClinical,  WriteClinical, Ingest,    GiveFeedback, ReadSystem,
                                       OperateSystem, ReadReceived,  ReadAudit, ManageUsers};

using AccessTest = TrustFixture;

TEST_F(AccessTest, EveryCellOfTheMatrix) {
  for (const Row& row : kMatrix) {
    const Access access = row.role == Role::System ? Access::system("test") : access_of(row.role);
    for (size_t i = 0; i < std::size(kPermissions); ++i) {
      EXPECT_EQ(access.may(kPermissions[i]), row.may[i]) << to_string(row.role) << " permission " << i;
      const auto required = access.require(kPermissions[i]);
      EXPECT_EQ(required.ok(), row.may[i]);
      EXPECT_TRUE(required.ok() || required.error().is(kNotAllowed));
    }
  }
}

TEST_F(AccessTest, SendersMaySendButAreNotTheSystem) {
  const Access sender = Access::sender("dimse", "MODALITY@10.0.0.7");
  EXPECT_EQ(sender.who(), "dimse:MODALITY@10.0.0.7");
  EXPECT_EQ(sender.role(), Role::Sender);
  for (const Permission permission : kPermissions)
    EXPECT_EQ(sender.may(permission), permission == Ingest) << static_cast<int>(permission);
}

TEST_F(AccessTest, TheRequestIdIsCarriedOn) {
  const Access access = Access::system("x").with_request("r1");
  EXPECT_EQ(access.request_id(), "r1");
  EXPECT_EQ(access.who(), "system:x");
}

TEST(RoleNames, ParseAndPrintAgreeAndTheSystemIsNotARoleToGive) {
  for (const Role role :
       {Role::Administrator, Role::Clinician, Role::Nurse, Role::Integration, Role::Auditor, Role::Sender})
    EXPECT_EQ(*parse_role(to_string(role)), role);
  EXPECT_FALSE(parse_role("system"));
  EXPECT_FALSE(parse_role("Nurse"));
  EXPECT_FALSE(parse_role(""));
}

}  // namespace
}  // namespace xinglin::trust
