// Someone with access to the database file changes it behind the program's back.

#include <filesystem>
#include <fstream>

#include "core/trust/tests/fixture.h"
#include "store/sql/tests/fault_vfs.h"

namespace xinglin::trust {
namespace {

class Tamper : public TrustFixture {
protected:
  // Twelve leaves, checkpoints at 5, 10 and (on stop) 12.
  void SetUp() override {
    TrustFixture::SetUp();
    append(5);
    ASSERT_TRUE(audit_->sign_checkpoint());
    append(5);
    ASSERT_TRUE(audit_->sign_checkpoint());
    append(2);
    EXPECT_TRUE(problems().empty());
  }
  // The program is down while `sql` is run on the file.
  std::vector<std::string> after(const std::string& sql) {
    close();
    EXPECT_TRUE(sql::testing::change_file(database(), sql));
    open();
    return problems();
  }
  static bool mentions(const std::vector<std::string>& problems, const std::string& text) {
    for (const std::string& p : problems)
      if (p.find(text) != std::string::npos) return true;
    return false;
  }
};

TEST_F(Tamper, ARecordThatWasChanged) {
  const auto p = after("UPDATE audit_leaf SET record = replace(record, 'read', 'none') WHERE id = 4");
  EXPECT_TRUE(mentions(p, "leaf 3: the record is not the one that was hashed"));
  EXPECT_TRUE(mentions(p, "size 5"));
}

TEST_F(Tamper, ARecordChangedTogetherWithItsHash) {
  // The hash of leaf 3 copied over leaf 4 with its record: each row is right by itself.
  const auto p = after(
      "UPDATE audit_leaf SET record = (SELECT record FROM audit_leaf WHERE id = 4), "
      "leaf_hash = (SELECT leaf_hash FROM audit_leaf WHERE id = 4) WHERE id = 5");
  EXPECT_FALSE(mentions(p, "hashed"));
  EXPECT_TRUE(mentions(p, "size 5"));
  EXPECT_TRUE(mentions(p, "size 10"));
}

TEST_F(Tamper, ALeafThatWasRemoved) {
  const auto p = after("DELETE FROM audit_leaf WHERE id = 7");
  EXPECT_TRUE(mentions(p, "leaf 6: missing"));
  EXPECT_TRUE(mentions(p, "size 10"));
  EXPECT_FALSE(mentions(p, "size 5 "));
}

TEST_F(Tamper, ALeafThatWasRemovedAndTheRestMovedUp) {
  const auto p = after("DELETE FROM audit_leaf WHERE id = 7; UPDATE audit_leaf SET id = id - 1 WHERE id > 7");
  EXPECT_FALSE(mentions(p, "missing"));
  EXPECT_TRUE(mentions(p, "size 10"));
}

TEST_F(Tamper, ALeafThatWasInserted) {
  const auto p = after(
      "UPDATE audit_leaf SET id = -id WHERE id > 3; UPDATE audit_leaf SET id = 1 - id WHERE id < 0;"
      "INSERT INTO audit_leaf SELECT 4, record, leaf_hash FROM audit_leaf WHERE id = 1");
  EXPECT_TRUE(mentions(p, "size 5"));
}

TEST_F(Tamper, LeavesThatChangedPlaces) {
  const auto p = after(
      "UPDATE audit_leaf SET id = -1 WHERE id = 2; UPDATE audit_leaf SET id = 2 WHERE id = 3;"
      "UPDATE audit_leaf SET id = 3 WHERE id = -1");
  EXPECT_FALSE(mentions(p, "hashed"));
  EXPECT_TRUE(mentions(p, "size 5"));
}

TEST_F(Tamper, ALogThatWasCut) {
  EXPECT_TRUE(mentions(after("DELETE FROM audit_leaf WHERE id > 8"), "only 8 leaves are left"));
}

TEST_F(Tamper, ALogThatWasCutTogetherWithItsCheckpoints) {
  const auto p = after("DELETE FROM audit_leaf WHERE id > 5; DELETE FROM audit_checkpoint WHERE size > 5");
  EXPECT_TRUE(mentions(p, "(file): only 5 leaves are left"));
}

TEST_F(Tamper, ACutLogThatIsFilledUpAgain) {
  after("DELETE FROM audit_leaf WHERE id > 8");
  append(10, "Other/");
  const auto p = problems();
  EXPECT_TRUE(mentions(p, "size 10"));
  EXPECT_TRUE(mentions(p, "size 12"));
}

TEST_F(Tamper, ACheckpointThatWasForged) {
  EXPECT_TRUE(mentions(after("UPDATE audit_checkpoint SET root = zeroblob(32) WHERE size = 5"), "not ours"));
}

TEST_F(Tamper, ACheckpointThatWasMoved) {
  EXPECT_TRUE(
      mentions(after("UPDATE audit_checkpoint SET size = 6 WHERE size = 5"), "signature is not ours"));
}

TEST_F(Tamper, ACheckpointOfAnotherKey) {
  close();
  std::filesystem::remove(dir_.path("audit_signing.key"));
  open();
  EXPECT_TRUE(mentions(problems(), "signature is not ours"));
}

TEST_F(Tamper, TheKeptCheckpointMadeUnreadable) {
  std::ofstream(dir_.path("audit_checkpoint")) << "nonsense";
  EXPECT_TRUE(mentions(problems(), "kept as a file"));
}

TEST_F(Tamper, AForgedFrontierDoesNotMisleadTheNextCheckpoint) {
  const auto p = after("UPDATE audit_checkpoint SET frontier = zeroblob(length(frontier)) WHERE size = 12");
  EXPECT_TRUE(p.empty());
  append(1);
  ASSERT_TRUE(audit_->sign_checkpoint());
  EXPECT_TRUE(problems().empty());
}

}  // namespace
}  // namespace xinglin::trust
