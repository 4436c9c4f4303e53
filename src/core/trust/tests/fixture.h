// A store, an audit log and an authenticator in a temporary directory, with a clock that stands still.
#pragma once

#include <gtest/gtest.h>

#include "core/trust/audit_log.h"
#include "core/trust/authenticator.h"
#include "store/sql/tests/temp_dir.h"

namespace xinglin::trust {

class TrustFixture : public ::testing::Test {
protected:
  void SetUp() override { open(); }
  void open() {
    auto store = sql::Store::open(database());
    ASSERT_TRUE(store) << store.error().message();
    store_ = std::move(*store);
    auto audit = AuditLog::open(*store_, clock_, dir_.path());
    ASSERT_TRUE(audit) << audit.error().message();
    audit_ = std::move(*audit);
    people_ = std::make_unique<Authenticator>(*store_, clock_, random_, *audit_, Authenticator::Options{});
  }
  void close() {
    people_.reset();
    audit_.reset();
    store_.reset();
  }
  std::string database() const { return dir_.path("t.db"); }
  Access access_of(Role role) {
    const auto token = people_->issue_token(Access::system("test"), role, kHourUs, "test");
    EXPECT_TRUE(token) << token.error().message();
    return *people_->from_token(*token);
  }
  void append(int count, const std::string& object = "Patient/p") {
    for (int i = 0; i < count; ++i) {
      const auto r = store_->write([&](sql::Tx& tx) -> Result<void> {
        XL_CHECK(
            audit_->append(tx, Access::system("test"),
                           {.action = Action::Read, .object = object + std::to_string(i), .patient = "p"}));
        return {};
      });
      ASSERT_TRUE(r) << r.error().message();
    }
  }
  std::vector<std::string> problems() {
    const auto verified = audit_->verify();
    EXPECT_TRUE(verified) << verified.error().message();
    return verified ? verified->problems : std::vector<std::string>{"no verification"};
  }

  sql::testing::TempDir dir_;
  ManualClock clock_{Instant{1'700'000'000'000'000}};
  SeededRandom random_{1};
  std::unique_ptr<sql::Store> store_;
  std::unique_ptr<AuditLog> audit_;
  std::unique_ptr<Authenticator> people_;
};

}  // namespace xinglin::trust
