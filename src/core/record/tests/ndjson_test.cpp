#include "core/record/ndjson.h"

#include "core/record/tests/record_fixture.h"

namespace xinglin::record {
namespace {

const std::string kJia = R"({"resourceType":"Patient","id":"a","birthDate":"1960-01-01"})";
const std::string kYi = R"({"resourceType":"Patient","id":"b","birthDate":"1961-01-01"})";

class NdjsonTest : public RecordFixture {
protected:
  StoredLines store_all(const std::vector<std::string>& lines, const LineOptions& options = {}) {
    const auto stored = write_lines(*record, access, prepare_lines(*record, lines, 1, options));
    EXPECT_TRUE(stored.ok()) << stored.error().message();
    return stored ? *stored : StoredLines{};
  }
  int64_t version_of(std::string_view id) {
    const auto found = record->read_now(access, "Patient", id);
    return found ? found->version : 0;
  }
};

TEST_F(NdjsonTest, StoresEachLineUnderItsOwnId) {
  const StoredLines stored = store_all({kJia, "", kYi});
  EXPECT_EQ(stored.stored, 2);
  EXPECT_TRUE(stored.errors.empty());
  EXPECT_EQ(version_of("a"), 1);
  EXPECT_EQ(version_of("b"), 1);
}

TEST_F(NdjsonTest, SameContentAgainChangesNothing) {
  store_all({kJia, kYi});
  clock.advance(kMinuteUs);
  const StoredLines again =
      store_all({kJia, R"({"resourceType":"Patient","id":"b","birthDate":"1962-01-01"})"});
  EXPECT_EQ(again.known, 1);
  EXPECT_EQ(again.stored, 1);
  EXPECT_EQ(version_of("a"), 1);
  EXPECT_EQ(version_of("b"), 2);
}

TEST_F(NdjsonTest, BadLinesAreNamedAndKeepNobodyOut) {
  const StoredLines stored =
      store_all({"{", kJia, R"({"resourceType":"Patient"})", R"({"resourceType":"Nonsense","id":"n"})", "[]",
                 R"({"resourceType":"Patient","id":"not an id"})", kYi});
  EXPECT_EQ(stored.stored, 2);
  std::string lines;
  for (const LineError& error : stored.errors) lines += std::to_string(error.line) + " ";
  EXPECT_EQ(lines, "1 3 4 5 6 ");
}

TEST_F(NdjsonTest, TakesOnlyTheTypeThatWasAnnounced) {
  const StoredLines stored = store_all({kJia}, {.type = "Observation"});
  EXPECT_EQ(stored.stored, 0);
  EXPECT_EQ(stored.errors.size(), 1u);
}

TEST_F(NdjsonTest, LinesLongerThanAllowedAreRefused) {
  EXPECT_EQ(store_all({kJia}, {.line_bytes_max = 20}).errors.size(), 1u);
}

TEST_F(NdjsonTest, WhoMayNotWriteIsToldSo) {
  const trust::Access peer = trust::Access::peer("dimse", "X");
  const auto stored = write_lines(*record, peer, prepare_lines(*record, {kJia}, 1));
  ASSERT_FALSE(stored.ok());
  EXPECT_EQ(stored.error().kind(), ErrorKind::Denied);
}

}  // namespace
}  // namespace xinglin::record
