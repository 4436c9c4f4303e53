#include "core/trust/audit_log.h"

#include <sys/stat.h>

#include <filesystem>
#include <thread>

#include "core/trust/merkle.h"
#include "core/trust/tests/fixture.h"
#include "store/sql/tests/fault_vfs.h"

namespace xinglin::trust {
namespace {

using AuditLogTest = TrustFixture;
constexpr ErrorCode kNo{"test.no", ErrorKind::Conflict, "no"};

TEST_F(AuditLogTest, RecordsAreCanonicalJson) {
  ASSERT_TRUE(store_->write([&](sql::Tx& tx) -> Result<void> {
    XL_TRY(
        const int64_t index,
        audit_->append(
            tx, Access::sender("mllp", "ADT1@10.0.0.1").with_request("r7"),
            {.action = Action::Create, .object = "Observation/o", .patient = "p", .detail = "say \"x\"\n"}));
    EXPECT_EQ(index, 0);
    return {};
  }));
  const auto leaves = audit_->leaves(0, 10);
  ASSERT_EQ(leaves->size(), 1u);
  EXPECT_EQ((*leaves)[0].record,
            "{\"action\":\"create\",\"at\":\"2023-11-14T22:13:20.000Z\",\"detail\":\"say \\\"x\\\"\\n\","
            "\"object\":\"Observation/o\",\"patient\":\"p\",\"purpose\":\"treatment\",\"request\":\"r7\","
            "\"role\":\"sender\",\"success\":true,\"who\":\"mllp:ADT1@10.0.0.1\"}");
  EXPECT_EQ((*leaves)[0].leaf_hash, merkle::hash_leaf((*leaves)[0].record));
}

TEST_F(AuditLogTest, ALeafIsReadableWhateverItNames) {
  audit_->record(Access::system("test"), {.object = "Patient/\xe4\xba\x8e\xff", .detail = "\xe4\xba\x8e"});
  ASSERT_TRUE(audit_->flush());
  const auto leaves = audit_->leaves(0, 10);
  ASSERT_EQ(leaves->size(), 1u);
  EXPECT_TRUE(json::parse((*leaves)[0].record));
  EXPECT_NE((*leaves)[0].record.find("Patient/????"), std::string::npos);
  EXPECT_NE((*leaves)[0].record.find("\xe4\xba\x8e"), std::string::npos);
}

TEST_F(AuditLogTest, WritesThatAreRolledBackLeaveNeitherALeafNorAHole) {
  std::promise<void> release;
  auto gate = release.get_future().share();
  auto first = store_->write_async([gate](sql::Tx&) -> Result<void> {
    gate.wait();
    return {};
  });
  std::vector<std::future<Result<void>>> group;
  for (int i = 0; i < 30; ++i)
    group.push_back(store_->write_async([this, i](sql::Tx& tx) -> Result<void> {
      XL_CHECK(audit_->append(tx, Access::system("test"), {.object = "Patient/" + std::to_string(i)}));
      if (i % 3 == 0) return Error(kNo);
      return {};
    }));
  release.set_value();
  ASSERT_TRUE(first.get());
  for (int i = 0; i < 30; ++i) EXPECT_EQ(group[static_cast<size_t>(i)].get().ok(), i % 3 != 0);
  const auto checkpoint = audit_->sign_checkpoint();
  ASSERT_TRUE(checkpoint);
  EXPECT_EQ(checkpoint->size, 20);
  const auto leaves = audit_->leaves(0, 100);
  ASSERT_EQ(leaves->size(), 20u);
  std::vector<Digest> hashes;
  for (size_t i = 0; i < leaves->size(); ++i) {
    EXPECT_EQ((*leaves)[i].index, static_cast<int64_t>(i));
    hashes.push_back((*leaves)[i].leaf_hash);
  }
  EXPECT_EQ(checkpoint->root, merkle::root_of(hashes));
  EXPECT_TRUE(problems().empty());
}

TEST_F(AuditLogTest, ACommitThatFailsLeavesTheTreeAsItWas) {
  close();
  sql::testing::FaultVfs vfs("audit-faults");
  sql::Store::Options options;
  options.vfs = vfs.name();
  auto store = sql::Store::open(dir_.path("faulty.db"), options);
  ASSERT_TRUE(store);
  {
    auto audit = AuditLog::open(**store, clock_, dir_.path());
    ASSERT_TRUE(audit);
    const auto append = [&](const std::string& object) {
      return (*store)->write([&](sql::Tx& tx) -> Result<void> {
        XL_CHECK((*audit)->append(tx, Access::system("test"), {.object = object}));
        return {};
      });
    };
    ASSERT_TRUE(append("a"));
    ASSERT_TRUE((*audit)->sign_checkpoint());
    vfs.fail_sync(1);
    EXPECT_FALSE(append("lost"));
    (*audit)->record(Access::system("test"), {.object = "kept"});
    EXPECT_FALSE((*audit)->flush());
    vfs.disarm();
    ASSERT_TRUE(append("b"));
    ASSERT_TRUE((*audit)->flush());
    const auto checkpoint = (*audit)->sign_checkpoint();
    ASSERT_TRUE(checkpoint);
    EXPECT_EQ(checkpoint->size, 3);  // a, kept, b: what was recorded without waiting is not dropped
    EXPECT_TRUE((*audit)->verify()->problems.empty());
  }
}

TEST_F(AuditLogTest, ReadsAreRecordedWithoutWaitingAndSurviveTheEnd) {
  for (int i = 0; i < 500; ++i)
    audit_->record(Access::system("test"), {.object = "Patient/" + std::to_string(i)});
  close();
  open();
  EXPECT_EQ(audit_->leaves(0, 1000)->size(), 500u);
  EXPECT_EQ(audit_->last_checkpoint()->size, 500);  // signed on stop
  EXPECT_TRUE(problems().empty());
}

TEST_F(AuditLogTest, ThreadsAndProcessesShareOneLog) {
  auto other_store = sql::Store::open(database());
  auto other_audit = AuditLog::open(**other_store, clock_, dir_.path());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      sql::Store& store = t % 2 == 0 ? *store_ : **other_store;
      AuditLog& audit = t % 2 == 0 ? *audit_ : **other_audit;
      for (int i = 0; i < 50; ++i) {
        EXPECT_TRUE(store.write([&](sql::Tx& tx) -> Result<void> {
          XL_CHECK(audit.append(tx, Access::system("test"), {.object = "w"}));
          return {};
        }));
        audit.record(Access::system("test"), {.object = "r"});
      }
    });
  for (auto& t : threads) t.join();
  EXPECT_TRUE((*other_audit)->sign_checkpoint());
  EXPECT_TRUE(audit_->flush());
  EXPECT_EQ(audit_->sign_checkpoint()->size, 400);
  EXPECT_TRUE(problems().empty());
  other_audit->reset();
  other_store->reset();
}

TEST_F(AuditLogTest, CheckpointsAreSignedAtASteadyPace) {
  append(3);
  EXPECT_FALSE(audit_->last_checkpoint());
  clock_.advance(AuditLog::kCheckpointPaceUs);
  audit_->record(Access::system("test"), {.object = "wakes the thread"});
  for (int i = 0; i < 3000 && !audit_->last_checkpoint(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  ASSERT_TRUE(audit_->last_checkpoint());
  EXPECT_EQ(audit_->last_checkpoint()->size, 4);
}

TEST_F(AuditLogTest, TheTreeGoesOnFromTheLastCheckpointAfterARestart) {
  append(5);
  const auto first = audit_->sign_checkpoint();
  close();
  open();
  append(4);
  const auto second = audit_->sign_checkpoint();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->size, 9);
  const auto proof = audit_->consistency_proof(5, 9);
  EXPECT_TRUE(merkle::verify_consistency(5, 9, first->root, second->root, *proof));
  const auto leaf = audit_->leaves(6, 1);
  EXPECT_TRUE(
      merkle::verify_inclusion((*leaf)[0].leaf_hash, 6, 9, *audit_->inclusion_proof(6, 9), second->root));
  EXPECT_EQ(*audit_->size(), 9);
  EXPECT_EQ(*audit_->root_at(5), first->root);
  EXPECT_FALSE(audit_->root_at(10));
  EXPECT_EQ(audit_->sign_checkpoint()->at, second->at);  // nothing new: the same one
}

TEST_F(AuditLogTest, ProofsOutsideTheLogAreRefused) {
  append(2);
  EXPECT_FALSE(audit_->inclusion_proof(2, 2));
  EXPECT_FALSE(audit_->inclusion_proof(-1, 2));
  EXPECT_FALSE(audit_->inclusion_proof(0, 3));
  EXPECT_FALSE(audit_->consistency_proof(0, 2));
  EXPECT_FALSE(audit_->consistency_proof(2, 3));
}

TEST_F(AuditLogTest, TheKeyFileIsPrivateAndOneReadableByOthersIsRefused) {
  struct stat info {};
  const std::string path = dir_.path("audit_signing.key");
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_TRUE(std::filesystem::exists(dir_.path("audit_signing.pub")));
  chmod(path.c_str(), 0644);
  EXPECT_FALSE(AuditLog::open(*store_, clock_, dir_.path()));
  chmod(path.c_str(), 0600);
  std::filesystem::resize_file(path, 10);
  EXPECT_FALSE(AuditLog::open(*store_, clock_, dir_.path()));
}

}  // namespace
}  // namespace xinglin::trust
