#include "core/record/tests/record_fixture.h"

namespace xinglin::record {
namespace {

class Seen final : public Watcher {
public:
  Result<void> written(sql::Tx&, const trust::Access& access, trust::Action action,
                       const Resource& written) override {
    if (refuse) return Error(kInvalidResource, "not this one");
    told.push_back(std::to_string(static_cast<int>(action)) + " " + written.type + "/" + written.id + " " +
                   std::to_string(written.version) + " " + access.who() + (written.deleted ? " gone" : ""));
    return {};
  }
  bool refuse = false;
  std::vector<std::string> told;
};

class WatchTest : public RecordFixture {};

TEST_F(WatchTest, IsToldOfEveryWriteAndMayUndoIt) {
  Seen seen;
  record->watch(seen);
  put(R"({"resourceType":"Patient","id":"p"})");
  put(R"({"resourceType":"Patient","id":"p","gender":"male"})");
  ASSERT_TRUE(record->remove_now(access, "Patient", "p").ok());
  EXPECT_EQ(seen.told, (std::vector<std::string>{"0 Patient/p 1 system:test", "2 Patient/p 2 system:test",
                                                 "3 Patient/p 3 system:test gone"}));
  seen.refuse = true;
  IssueSink issues;
  const auto refused = record->update_now(access, parse(R"({"resourceType":"Patient","id":"q"})"), issues);
  ASSERT_FALSE(refused.ok());
  EXPECT_FALSE(record->read_now(access, "Patient", "q").ok());
}

TEST_F(WatchTest, MatchesAsASearchWould) {
  put(R"({"resourceType":"Patient","id":"p","gender":"female","birthDate":"1960-01-01"})");
  const auto matches = [&](const std::vector<SearchParameter>& parameters) {
    const auto answer = store->read(
        [&](sql::Session& session) { return record->matches(session, "Patient", "p", parameters); });
    return answer ? std::string(*answer ? "yes" : "no") : std::string(answer.error().code().name);
  };
  EXPECT_EQ(matches({}), "yes");
  EXPECT_EQ(matches({{"gender", "", "female"}, {"birthdate", "", "lt1970"}}), "yes");
  EXPECT_EQ(matches({{"gender", "", "male,other"}}), "no");
  EXPECT_EQ(matches({{"gender", "not", "male"}}), "yes");
  EXPECT_EQ(matches({{"nonsense", "", "x"}}), "record.unknown-parameter");
}

}  // namespace
}  // namespace xinglin::record
