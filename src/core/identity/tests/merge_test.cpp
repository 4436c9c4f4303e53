#include <algorithm>

#include "core/identity/tests/house.h"

namespace xinglin::identity {
namespace {

const Identifier kA{"urn:xinglin:issuer:H", "1"}, kB{"urn:xinglin:issuer:H", "2"},
    kB2{"urn:xinglin:issuer:X", "2"}, kC{"urn:xinglin:issuer:H", "3"};

std::string subject(const json::object& o) {
  return std::string(o.at("subject").at("reference").as_string());
}

TEST_F(IdentityTest, MergingMovesIdentifiersAndResources) {
  const PatientId a = make("Doe", {kA}), b = make("Roe", {kB, kB2});
  const std::string own = observe(a), moved = observe(b);
  ASSERT_TRUE(merge(a, b).ok());
  EXPECT_EQ(find({kB}), a);
  EXPECT_EQ(find({kA, kB, kB2}), a);
  EXPECT_EQ(subject(content("Observation", moved)), "Patient/" + a.str());
  EXPECT_EQ(read("Observation", moved).patient, a.str());
  EXPECT_EQ(read("Observation", moved).version, 2);
  EXPECT_EQ(read("Observation", own).version, 1);
  const json::object gone = content("Patient", b.str());
  EXPECT_EQ(gone.at("active"), false);
  EXPECT_EQ(gone.at("link").at(0).at("type"), "replaced-by");
  EXPECT_EQ(gone.at("link").at(0).at("other").at("reference").as_string(), "Patient/" + a.str());
  const json::object stays = content("Patient", a.str());
  EXPECT_EQ(stays.at("identifier").as_array().size(), 3u);
  EXPECT_EQ(stays.at("name").at(0).at("family"), "Doe");
  const auto seen = events();
  EXPECT_EQ(std::count(seen.begin(), seen.end(), "identity.merged"), 1);
}

TEST_F(IdentityTest, UndoingAMergeRestoresExactly) {
  const PatientId a = make("Doe", {kA}), b = make("Roe", {kB, kB2});
  const std::string own = observe(a), moved = observe(b);
  const std::string both =
      observe(b, {{"performer", json::array{json::object{{"reference", "Patient/" + a.str()}},
                                            json::object{{"reference", "Patient/" + b.str()}}}}});
  const json::object a_before = content("Patient", a.str()), b_before = content("Patient", b.str()),
                     moved_before = content("Observation", moved), both_before = content("Observation", both);
  const auto id = merge(a, b);
  ASSERT_TRUE(id.ok()) << id.error().message();
  EXPECT_NE(content("Observation", both), both_before);
  const auto undone = undo(*id);
  ASSERT_TRUE(undone.ok()) << undone.error().message();
  EXPECT_EQ(content("Patient", a.str()), a_before);
  EXPECT_EQ(content("Patient", b.str()), b_before);
  EXPECT_EQ(content("Observation", moved), moved_before);
  EXPECT_EQ(content("Observation", both), both_before);
  EXPECT_EQ(subject(content("Observation", own)), "Patient/" + a.str());
  EXPECT_EQ(find({kA}), a);
  EXPECT_EQ(find({kB}), b);
  EXPECT_EQ(find({kB2}), b);
  EXPECT_TRUE(undo(*id).error().is(kNoMerge));
  // And it can be merged again.
  EXPECT_TRUE(merge(a, b).ok());
}

TEST_F(IdentityTest, WhatCameAfterTheMergeStaysWithTheSurvivor) {
  const PatientId a = make("Doe", {kA}), b = make("Roe", {kB});
  const auto id = merge(a, b);
  const std::string later = observe(a);
  ASSERT_TRUE(resolve({kA, kC}, patient("Doe", {kA, kC})).ok());
  ASSERT_TRUE(undo(*id).ok());
  EXPECT_EQ(subject(content("Observation", later)), "Patient/" + a.str());
  EXPECT_EQ(find({kC}), a);
  EXPECT_EQ(find({kB}), b);
}

TEST_F(IdentityTest, ManyResourcesMove) {
  const PatientId a = make("Doe", {kA}), b = make("Roe", {kB});
  std::vector<std::string> ids;
  for (int i = 0; i < 450; ++i) ids.push_back(observe(b));
  const auto id = merge(a, b);
  ASSERT_TRUE(id.ok()) << id.error().message();
  for (const std::string& o : ids) ASSERT_EQ(read("Observation", o).patient, a.str());
  ASSERT_TRUE(undo(*id).ok());
  for (const std::string& o : ids) ASSERT_EQ(read("Observation", o).patient, b.str());
}

TEST_F(IdentityTest, MergesOfMergesAreUndoneInReverse) {
  const PatientId a = make("A", {kA}), b = make("B", {kB}), c = make("C", {kC});
  const auto first = merge(b, a), second = merge(c, b);
  ASSERT_TRUE(second.ok()) << second.error().message();
  EXPECT_EQ(find({kA}), c);
  EXPECT_TRUE(undo(*first).error().is(kConflict));
  ASSERT_TRUE(undo(*second).ok());
  EXPECT_EQ(find({kA}), b);
  ASSERT_TRUE(undo(*first).ok());
  EXPECT_EQ(find({kA}), a);
}

TEST_F(IdentityTest, RefusesMergesThatMakeNoSense) {
  const PatientId a = make("A", {kA}), b = make("B", {kB}), c = make("C", {kC});
  EXPECT_TRUE(merge(a, a).error().is(kMergeSelf));
  EXPECT_TRUE(merge(a, PatientId("nobody")).error().is(record::kNoResource));
  ASSERT_TRUE(merge(a, b).ok());
  EXPECT_TRUE(merge(c, b).error().is(kConflict));
  EXPECT_TRUE(merge(b, c).error().is(kConflict));
  EXPECT_TRUE(undo(99).error().is(kNoMerge));
}

TEST_F(IdentityTest, RowsOfOtherRoomsFollow) {
  ASSERT_TRUE(store_
                  ->write([](sql::Tx& tx) -> Result<void> {
                    XL_CHECK(tx.run("CREATE TABLE other_room (name TEXT PRIMARY KEY, who TEXT) STRICT"));
                    return {};
                  })
                  .ok());
  identity_->track({"other_room", "name", "who"});
  const PatientId a = make("A", {kA}), b = make("B", {kB});
  ASSERT_TRUE(store_
                  ->write([&](sql::Tx& tx) -> Result<void> {
                    XL_CHECK(tx.run("INSERT INTO other_room VALUES ('x', ?1), ('y', ?2)", a.str(), b.str()));
                    return {};
                  })
                  .ok());
  const auto who = [&](const char* name) {
    return store_->read([&](sql::Session& s) -> Result<PatientId> {
      sql::Query q = s.query("SELECT who FROM other_room WHERE name = ?1", name);
      q.next();
      return PatientId(std::string(q.text(0)));
    });
  };
  const auto id = merge(a, b);
  EXPECT_EQ(*who("y"), a);
  ASSERT_TRUE(undo(*id).ok());
  EXPECT_EQ(*who("x"), a);
  EXPECT_EQ(*who("y"), b);
}

TEST_F(IdentityTest, MergesAreListed) {
  const PatientId a = make("A", {kA}), b = make("B", {kB});
  const auto id = merge(a, b);
  ASSERT_TRUE(undo(*id).ok());
  const auto rows = store_->read([&](sql::Session& s) { return identity_->merges(s, system_, 10); });
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ(rows->size(), 1u);
  EXPECT_EQ(rows->front().survivor, a);
  EXPECT_EQ(rows->front().merged, b);
  EXPECT_TRUE(rows->front().undone);
  EXPECT_EQ(rows->front().who, "mllp:HIS");
}

}  // namespace
}  // namespace xinglin::identity
