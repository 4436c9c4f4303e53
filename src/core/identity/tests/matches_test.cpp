#include "core/identity/matches.h"

#include <algorithm>

#include "core/identity/tests/house.h"
#include "core/matching/tests/people.h"

namespace xinglin::identity {
namespace {

json::object person(std::string_view family, std::string_view given, std::string_view born,
                    std::string_view phone = "", std::string_view number = "") {
  json::object out{{"resourceType", "Patient"},
                   {"name", json::array{json::object{{"family", family}, {"given", json::array{given}}}}},
                   {"birthDate", born}};
  if (!phone.empty()) out["telecom"] = json::array{json::object{{"system", "phone"}, {"value", phone}}};
  if (!number.empty()) out["identifier"] = json::array{json::object{{"system", "urn:x"}, {"value", number}}};
  return out;
}

class MatchesTest : public IdentityTest {
protected:
  MatchesTest() {
    matches_ = std::make_unique<Matches>(*record_, *identity_, clock_, *audit_, *journal_);
    matches_->register_jobs();
  }
  ~MatchesTest() override {
    journal_->stop();
    matches_.reset();
  }
  std::string create(json::object patient) {
    IssueSink issues;
    const auto made = record_->create_now(system_, std::move(patient), issues);
    EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message());
    return made.ok() ? made->id : "";
  }
  Result<MatchAnswer> ask(const json::object& patient, bool only_certain = false, int64_t count = 20) {
    return store_->read([&](sql::Session& s) {
      return matches_->match(s, system_, {.patient = patient, .only_certain = only_certain, .count = count});
    });
  }
  std::vector<Pair> pairs(PairState state = PairState::Open) {
    auto r = store_->read([&](sql::Session& s) { return matches_->pairs(s, system_, state, 50); });
    EXPECT_TRUE(r.ok());
    return r.ok() ? std::move(*r) : std::vector<Pair>();
  }
  Result<void> decide(int64_t pair, PairVerdict verdict, const std::string& why = "asked the patient") {
    return store_->write([&](sql::Tx& tx) { return matches_->decide(tx, system_, pair, verdict, why); });
  }
  const json::object wang_ = person("王", "小明", "1959-03-14", "13800138000");
  std::unique_ptr<Matches> matches_;
};

TEST_F(MatchesTest, FindsWhoIsDescribedWithEvidence) {
  const std::string id = create(wang_);
  create(person("李", "大海", "1959-03-14"));
  create(person("Smith", "Ann", "1980-01-01"));
  const auto answer = ask(person("Wang", "Xiaoming", "1959-03-14", "+86 138-0013-8000"));
  ASSERT_TRUE(answer.ok());
  ASSERT_EQ(answer->matches.size(), 1U);
  const Match& match = answer->matches[0];
  EXPECT_EQ(match.patient.str(), id);
  EXPECT_EQ(match.grade, Grade::Certain);
  EXPECT_GT(match.judgement.probability, 0.99);
  EXPECT_NE(match.text.find("王"), std::string::npos);
  const auto& evidence = match.judgement.evidence;
  const auto family = std::ranges::find(evidence, matching::Field::Family, &matching::Evidence::field);
  ASSERT_NE(family, evidence.end());
  EXPECT_EQ(matching::level_name(family->field, family->level), "sounds_alike");
  EXPECT_GE(answer->candidates, 2U);
}

TEST_F(MatchesTest, FollowsUpdatesAndDeletions) {
  json::object who = wang_;
  const std::string id = create(who);
  who["id"] = id;
  who["name"] = json::array{json::object{{"family", "赵"}, {"given", json::array{"国强"}}}};
  who["birthDate"] = "1971-07-07";
  who["telecom"] = json::array{};
  who.erase("telecom");
  IssueSink issues;
  ASSERT_TRUE(record_->update_now(system_, who, issues).ok());
  EXPECT_TRUE(ask(wang_)->matches.empty());
  EXPECT_EQ(ask(who)->matches.size(), 1U);
  ASSERT_TRUE(record_->remove_now(system_, "Patient", id).ok());
  EXPECT_TRUE(ask(who)->matches.empty());
  const int64_t keys = *store_->read([](sql::Session& s) -> Result<int64_t> {
    sql::Query q =
        s.query("SELECT (SELECT count(*) FROM identity_key) + (SELECT sum(people) FROM identity_name)");
    return q.next() ? q.integer(0) : -1;
  });
  EXPECT_EQ(keys, 0) << "nothing is left of who was deleted";
}

TEST_F(MatchesTest, CertainOnlyWhenNobodyElseComesClose) {
  create(wang_);
  EXPECT_EQ(ask(wang_, true)->matches.size(), 1U);
  create(wang_);
  EXPECT_TRUE(ask(wang_, true)->matches.empty());
  const auto both = ask(wang_);
  ASSERT_EQ(both->matches.size(), 2U);
  EXPECT_EQ(both->matches[0].grade, Grade::Probable);
  EXPECT_EQ(ask(wang_, false, 1)->matches.size(), 1U);
  EXPECT_TRUE(ask({{"resourceType", "Patient"}}).error().is(kNothingToMatch));
}

TEST_F(MatchesTest, AFamilyIsNotOnePerson) {
  json::object father = person("王", "建国", "1959-03-14", "13800138000"),
               son = person("王", "磊", "1985-11-02", "13800138000");
  const json::array home{
      json::object{{"line", json::array{"12 人民路"}}, {"city", "海市"}, {"postalCode", "100080"}}};
  father["address"] = home;
  son["address"] = home;
  create(father);
  const auto answer = ask(son);
  EXPECT_TRUE(answer->matches.empty()) << answer->matches[0].judgement.probability;
}

TEST_F(MatchesTest, OnlyWhoMayReadPatientsAsks) {
  create(wang_);
  const auto refused =
      store_->read([&](sql::Session& s) { return matches_->match(s, sender_, {.patient = wang_}); });
  EXPECT_TRUE(refused.error().is(trust::kNotAllowed));
  const auto narrowed = system_.narrowed(
      std::make_shared<trust::Restriction>(trust::parse_scopes("patient/Patient.rs")->resources, "p1"));
  EXPECT_TRUE(store_->read([&](sql::Session& s) { return matches_->match(s, narrowed, {.patient = wang_}); })
                  .error()
                  .is(trust::kNotAllowed));
  const auto all = system_.narrowed(
      std::make_shared<trust::Restriction>(trust::parse_scopes("system/Patient.rs")->resources, ""));
  EXPECT_TRUE(
      store_->read([&](sql::Session& s) { return matches_->match(s, all, {.patient = wang_}); }).ok());
  ASSERT_TRUE(audit_->flush().ok());
  const auto leaves = audit_->leaves(0, 100);
  EXPECT_NE(leaves->back().record.find("match: 1 shown of 1 compared"), std::string::npos)
      << leaves->back().record;
}

TEST_F(MatchesTest, ProbablePairsAreQueuedByTheJournal) {
  create(wang_);
  journal_->start();
  create(person("王", "晓明", "1959-03-14", "13800138000"));
  ASSERT_TRUE(journal_->wait_idle(20'000));
  clock_.advance(kMinuteUs);  // pairs are looked for a little later
  journal_->wake();
  ASSERT_TRUE(journal_->wait_idle(20'000));
  const auto queue = pairs();
  ASSERT_EQ(queue.size(), 1U);
  EXPECT_GT(queue[0].probability, 0.5);
  EXPECT_FALSE(queue[0].evidence.empty());
  EXPECT_EQ(*store_->read([&](sql::Session& s) { return matches_->open_pairs(s); }), 1);
}

class PairTest : public MatchesTest {
protected:
  PairTest() : a_(create(wang_)), b_(create(person("王", "晓明", "1959-03-14", "13800138000"))) {
    EXPECT_EQ(*matches_->review(PatientId(b_)), 1);
    pair_ = pairs().at(0).id;
  }
  std::string a_, b_;
  int64_t pair_ = 0;
};

TEST_F(PairTest, TheSameAreMergedAndTakenApart) {
  const std::string seen = observe(PatientId(b_));
  EXPECT_TRUE(decide(pair_, PairVerdict::Same, "").error().is(kNoReason));
  ASSERT_TRUE(decide(pair_, PairVerdict::Same).ok());
  const std::string survivor = read("Observation", seen).patient;
  EXPECT_EQ(survivor, pairs(PairState::All).at(0).a.str());
  EXPECT_EQ(ask(wang_)->matches.size(), 1U) << "who was merged is not shown";
  EXPECT_TRUE(pairs().empty());
  EXPECT_TRUE(decide(pair_, PairVerdict::Different).error().is(kDecided));
  ASSERT_TRUE(decide(pair_, PairVerdict::Open, "it was a mistake").ok());
  EXPECT_EQ(read("Observation", seen).patient, b_);
  EXPECT_EQ(pairs().size(), 1U);
  EXPECT_EQ(ask(wang_)->matches.size(), 2U);
  const auto history = store_->read([&](sql::Session& s) { return matches_->history(s, system_, pair_); });
  ASSERT_EQ(history->size(), 2U);
  EXPECT_EQ(history->at(1).decision, "open");
  EXPECT_EQ(history->at(1).why, "it was a mistake");
}

TEST_F(PairTest, UndoingTheMergeAsksAgain) {
  ASSERT_TRUE(decide(pair_, PairVerdict::Same).ok());
  const auto merges = store_->read([&](sql::Session& s) { return identity_->merges(s, system_, 10); });
  ASSERT_TRUE(undo(merges->at(0).id).ok());
  EXPECT_EQ(pairs().size(), 1U);
}

TEST_F(PairTest, TheDifferentAreNotAskedAboutAgain) {
  ASSERT_TRUE(decide(pair_, PairVerdict::Different).ok());
  EXPECT_TRUE(matches_->review(PatientId(a_)).ok());
  EXPECT_TRUE(matches_->review(PatientId(b_)).ok());
  EXPECT_TRUE(pairs().empty());
  EXPECT_EQ(pairs(PairState::All).at(0).decision, "different");
  ASSERT_TRUE(decide(pair_, PairVerdict::Open, "look again").ok());
  EXPECT_EQ(pairs().size(), 1U);
}

TEST_F(PairTest, LinkedRecordsStayTwoAndNameEachOther) {
  ASSERT_TRUE(decide(pair_, PairVerdict::Linked, "two houses").ok());
  EXPECT_EQ(content("Patient", a_).at("link").at(0).at("other").at("reference"),
            json::value("Patient/" + b_));
  EXPECT_EQ(content("Patient", b_).at("link").at(0).at("type"), json::value("seealso"));
  EXPECT_EQ(ask(wang_)->matches.size(), 2U);
  EXPECT_TRUE(decide(pair_, PairVerdict::Same).error().is(kDecided));
  ASSERT_TRUE(decide(pair_, PairVerdict::Open, "a mistake").ok());
  EXPECT_FALSE(content("Patient", a_).contains("link"));
  EXPECT_FALSE(content("Patient", b_).contains("link"));
}

TEST_F(PairTest, LaterIsAPileOfItsOwn) {
  ASSERT_TRUE(decide(pair_, PairVerdict::Later, "waits for the papers").ok());
  EXPECT_TRUE(pairs().empty());
  EXPECT_EQ(pairs(PairState::Later).size(), 1U);
  ASSERT_TRUE(decide(pair_, PairVerdict::Different).ok());
  EXPECT_TRUE(pairs(PairState::Later).empty());
}

TEST_F(PairTest, OnlyThoseWhoMayWriteDecide) {
  const auto refused = store_->write(
      [&](sql::Tx& tx) { return matches_->decide(tx, sender_, pair_, PairVerdict::Same, "x"); });
  EXPECT_TRUE(refused.error().is(trust::kNotAllowed));
  EXPECT_TRUE(decide(999, PairVerdict::Same).error().is(kNoPair));
}

TEST_F(MatchesTest, PeopleFromBeforeAreIndexed) {
  const std::string id = create(wang_);
  ASSERT_TRUE(store_
                  ->write([](sql::Tx& tx) -> Result<void> {
                    for (const char* table : {"identity_person", "identity_key", "identity_name"})
                      XL_CHECK(tx.run(std::string("DELETE FROM ") + table));
                    return {};
                  })
                  .ok());
  EXPECT_TRUE(ask(wang_)->matches.empty());
  ASSERT_TRUE(matches_->index_older().ok());
  journal_->start();
  clock_.advance(kMinuteUs);
  journal_->wake();
  ASSERT_TRUE(journal_->wait_idle(20'000));
  EXPECT_EQ(ask(wang_)->matches.size(), 1U);
}

TEST_F(MatchesTest, LearnsFromThePeopleOfTheSite) {
  matching::testing::People source(5);
  ASSERT_TRUE(store_
                  ->write([&](sql::Tx& tx) -> Result<void> {
                    for (int i = 0; i < 1500; ++i) {
                      const auto who = source.next();
                      XL_CHECK(Matches::put(tx, PatientId("p" + std::to_string(i)),
                                            matching::testing::traits_of(who)));
                      if (i % 4 == 0)
                        XL_CHECK(Matches::put(tx, PatientId("q" + std::to_string(i)),
                                              matching::testing::traits_of(source.again(who))));
                    }
                    return {};
                  })
                  .ok());
  const auto learned = matches_->learn(system_);
  ASSERT_TRUE(learned.ok());
  EXPECT_NEAR(learned->matches, 375, 60);
  const auto used =
      *store_->read([&](sql::Session& s) -> Result<std::string> { return matches_->model(s)->learned_on; });
  EXPECT_EQ(used, "1875 people of this site");
}

}  // namespace
}  // namespace xinglin::identity
