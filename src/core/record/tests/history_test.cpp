#include "core/record/tests/record_fixture.h"

namespace xinglin::record {
namespace {

// p1 (three versions, the last a deletion) and o1 (two), one change a second from 06:10:00 on.
class HistoryTest : public RecordFixture {
protected:
  void SetUp() override {
    const auto step = [&](std::string_view text) {
      put(text);
      clock.advance(kSecondUs);
    };
    step(R"({"resourceType":"Patient","id":"p1","gender":"male"})");                 // :00
    step(R"({"resourceType":"Task","id":"o1","status":"draft","intent":"order"})");  // :01
    step(R"({"resourceType":"Patient","id":"p1","gender":"female"})");               // :02
    ASSERT_TRUE(record->remove_now(access, "Patient", "p1").ok());                   // :03
    clock.advance(kSecondUs);
    step(R"({"resourceType":"Task","id":"o1","status":"requested","intent":"order"})");  // :04
  }
  Result<HistoryPage> ask(const HistoryRequest& request) {
    return store->read([&](sql::Session& session) { return record->history(session, access, request); });
  }
  // "p1/3- " is the third version of p1, a deletion.
  static std::string shown(const Result<HistoryPage>& page) {
    if (!page) return "error: " + std::string(page.error().code().name);
    std::string out;
    for (const Resource& r : page->versions)
      out += r.id + "/" + std::to_string(r.version) + (r.deleted ? "- " : " ");
    return out;
  }
  static Instant at(int second) {
    return parse_fhir_time("2026-11-22T06:10:0" + std::to_string(second) + "Z")->first;
  }
};

TEST_F(HistoryTest, OfOneOfATypeAndOfAll) {
  EXPECT_EQ(shown(ask({.type = "Patient", .id = "p1"})), "p1/3- p1/2 p1/1 ");
  EXPECT_EQ(shown(ask({.type = "Task"})), "o1/2 o1/1 ");
  EXPECT_EQ(shown(ask({})), "o1/2 p1/3- p1/2 o1/1 p1/1 ");
  EXPECT_EQ(ask({})->total, 5);
  EXPECT_EQ(shown(ask({.type = "Patient", .id = "nobody"})), "error: record.not-found");
  EXPECT_EQ(shown(ask({.type = "Nothing"})), "error: record.unknown-type");
}

TEST_F(HistoryTest, SinceAndAt) {
  EXPECT_EQ(shown(ask({.since = at(3)})), "o1/2 p1/3- ");
  EXPECT_EQ(shown(ask({.type = "Patient", .id = "p1", .since = at(2)})), "p1/3- p1/2 ");
  // What was current at 06:10:02.5: the second version of p1, the first of o1.
  const TimeSpan moment{at(2) + kSecondUs / 2, at(2) + kSecondUs / 2 + 1};
  EXPECT_EQ(shown(ask({.at = moment})), "p1/2 o1/1 ");
  EXPECT_EQ(shown(ask({.type = "Task", .at = TimeSpan{at(0), at(1)}})), "");
  EXPECT_EQ(shown(ask({.type = "Patient", .id = "p1", .at = TimeSpan{at(1), at(3)}})), "p1/2 p1/1 ");
}

TEST_F(HistoryTest, PagesAreStableUnderWrites) {
  std::string all, cursor;
  for (int round = 0; round < 5; ++round) {
    const auto page = ask({.count = 2, .cursor = cursor});
    ASSERT_TRUE(page.ok());
    EXPECT_EQ(page->total, round == 0 ? 5 : -1);
    all += shown(page);
    cursor = page->next_cursor;
    if (cursor.empty()) break;
    put(R"({"resourceType":"Patient","id":"p1","gender":"other"})");  // moves what was current into history
    put(R"({"resourceType":"Task","id":"o1","status":"accepted","intent":"order"})");
  }
  EXPECT_EQ(all, "o1/2 p1/3- p1/2 o1/1 p1/1 ");
  for (const char* bad :
       {"x", "1.2", "1.2.Patient.nobody", "1.2.Nothing.p1", "99999999999999999999.1.Patient.p1"})
    EXPECT_EQ(shown(ask({.cursor = bad})), "error: record.bad-cursor") << bad;
  EXPECT_EQ(shown(ask({.type = "Patient", .id = "p1", .cursor = "1.2.Task.o1"})), "error: record.bad-cursor");
}

TEST_F(HistoryTest, CountZeroOnlyCounts) {
  const auto page = ask({.type = "Patient", .count = 0});
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->total, 3);
  EXPECT_TRUE(page->versions.empty());
}

}  // namespace
}  // namespace xinglin::record
