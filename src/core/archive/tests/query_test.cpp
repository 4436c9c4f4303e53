#include "core/archive/query.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "core/archive/detail/candidates.h"
#include "core/archive/tests/archive_house.h"

namespace xinglin::archive {
namespace {

namespace fs = std::filesystem;

class QueryTest : public ArchiveHouse {
protected:
  void add(TestImage image) {
    if (image.issuer.empty()) image.issuer = "H";
    dicom::DataSet data_set = data_set_of(image);
    data_set.set_text({0x0008, 0x0080}, "LO", "第一医院");
    data_set.add_item({0x0040, 0x0275}).set_text({0x0040, 0x0009}, "SH", "STEP-" + image.series);
    data_set.set_integer({0x0028, 0x0010}, "US", {2});
    const auto stored = store(data_set);
    ASSERT_TRUE(stored.ok()) << stored.error().message();
  }
  // Two patients, four studies, five series, seven instances.
  void fill() {
    add({"1.1.1.1", "1.1.1", "1.1"});
    add({"1.1.1.2", "1.1.1", "1.1"});
    add({"1.1.2.1", "1.1.2", "1.1", "SR"});
    add({"1.2.1.1", "1.2.1", "1.2", "MR", "4711", "Wang^XiaoDong=王^小东", "20261120", "113000", "A78"});
    add({"2.1.1.1", "2.1.1", "2.1", "CT", "0815", "Li^Na=李^娜", "20261122", "100000", "B1"});
    add({"2.1.1.2", "2.1.1", "2.1", "CT", "0815", "Li^Na=李^娜", "20261122", "100000", "B1"});
    add({"2.2.1.1", "2.2.1", "2.2", "US", "0815", "Li^Na=李^娜", "20200301", "235959", "B2"});
  }
  Page run(Level level, std::vector<SearchKey> keys, Query query = {}) {
    query.level = level;
    query.keys = std::move(keys);
    const auto page = search_->run(access_, query);
    EXPECT_TRUE(page.ok()) << page.error().message();
    return page.ok() ? *page : Page{};
  }
  static std::string uids(const Page& page, const char* key) {
    std::string out;
    for (const json::object& row : page.rows)
      out += (out.empty() ? "" : " ") +
             std::string(json::at_path(json::value(row), std::string(key) + ".Value.0")->as_string());
    return out;
  }
  std::string studies(std::vector<SearchKey> keys, Query query = {}) {
    return uids(run(Level::Study, std::move(keys), std::move(query)), "0020000D");
  }
};

TEST_F(QueryTest, each_key_finds_its_studies) {
  fill();
  EXPECT_EQ(studies({}), "2.1 1.1 1.2 2.2");  // newest first
  EXPECT_EQ(studies({{kStudyUidTag, "2.2\\1.1\\9"}}), "1.1 2.2");
  EXPECT_EQ(studies({{kPatientIdTag, "4711"}}), "1.1 1.2");
  EXPECT_EQ(studies({{kPatientIdTag, "471"}}), "");
  EXPECT_EQ(studies({{kPatientIdTag, "*15"}}), "2.1 2.2");
  EXPECT_EQ(studies({{kAccessionTag, "A7?"}}), "1.1 1.2");
  EXPECT_EQ(studies({{kAccessionTag, "B1"}}), "2.1");
  EXPECT_EQ(studies({{kBirthDateTag, "19700101"}, {kModalityTag, "US"}}), "2.2");
  EXPECT_EQ(studies({{kModalitiesTag, "SR"}}), "1.1");
  EXPECT_EQ(studies({{kModalitiesTag, "US\\MR"}}), "1.2 2.2");
  EXPECT_EQ(studies({{kStudyDateTag, "20261101-20261121"}}), "1.2");
  EXPECT_EQ(studies({{kStudyDateTag, "20261122"}, {kModalityTag, "CT"}, {kStudyTimeTag, "0900-"}}), "2.1");
}

TEST_F(QueryTest, names_are_found_by_each_group_and_a_study_once) {
  fill();
  EXPECT_EQ(studies({{kPatientNameTag, "LI^na"}}), "2.1 2.2");
  EXPECT_EQ(studies({{kPatientNameTag, "王*"}}), "1.1 1.2");
  EXPECT_EQ(studies({{kPatientNameTag, "=李*"}}), "2.1 2.2");
  EXPECT_EQ(studies({{kPatientNameTag, "wan"}}), "");
  EXPECT_EQ(studies({{kPatientNameTag, "wan^xiao"}}, {.fuzzy = true}), "1.1 1.2");
  EXPECT_EQ(studies({{kPatientNameTag, "*na"}}), "2.1 2.2");
  add({"3.1.1.1", "3.1.1", "3.1", "CT", "77", "Kim^Su=Kim^Su=Kimura^Su"});
  EXPECT_EQ(studies({{kPatientNameTag, "kim*"}}), "3.1");
}

// PS3.4 C.2.2.2.5.3: from the evening of the first to the morning of the second, not each day between hours.
TEST_F(QueryTest, date_and_time_are_one_range_when_asked_for) {
  fill();
  const std::vector<SearchKey> keys = {{kStudyDateTag, "20261120-20261122"}, {kStudyTimeTag, "1100-0900"}};
  EXPECT_EQ(studies(keys), "");
  EXPECT_EQ(studies(keys, {.combined_datetime = true}), "1.1 1.2");
}

TEST_F(QueryTest, series_and_instances_are_found_below_and_across_studies) {
  fill();
  EXPECT_EQ(uids(run(Level::Series, {{kStudyUidTag, "1.1"}}), "0020000E"), "1.1.1 1.1.2");
  EXPECT_EQ(uids(run(Level::Series, {{kModalityTag, "CT"}}), "0020000E"), "2.1.1 1.1.1");
  EXPECT_EQ(
      uids(run(Level::Series, {{{0x0040, 0x0275}, "", {{{0x0040, 0x0009}, "STEP-1.2.*"}}}}), "0020000E"),
      "1.2.1");
  EXPECT_EQ(uids(run(Level::Instance, {{kStudyUidTag, "1.1"}, {kSeriesUidTag, "1.1.1"}}), "00080018"),
            "1.1.1.1 1.1.1.2");
  EXPECT_EQ(uids(run(Level::Instance, {{kSopInstanceUidTag, "1.1.2.1\\2.1.1.2"}}), "00080018"),
            "1.1.2.1 2.1.1.2");
  EXPECT_EQ(uids(run(Level::Instance, {{kPatientNameTag, "Li*"}, {{0x0028, 0x0010}, "2"}}), "00080018"),
            "2.1.1.1 2.1.1.2 2.2.1.1");
  EXPECT_EQ(uids(run(Level::Instance, {{kStudyUidTag, "1.1"}, {kSeriesUidTag, "2.1.1"}}), "00080018"), "");
}

TEST_F(QueryTest, patients_are_told_once_with_their_counts) {
  fill();
  add({"4.1.1.1", "4.1.1", "4.1", "CT", "", "Nobody"});
  add({"5.1.1.1", "5.1.1", "5.1", "CT", "4711", "Other^One", "20261122", "080000", "X", "", "OTHER"});
  const Page page =
      run(Level::Patient,
          {{kPatientNameTag, "*"}, {kPatientIdTag, "*"}, {{0x0020, 0x1200}, ""}, {{0x0020, 0x1204}, ""}},
          {.fields = Fields::Keys});
  ASSERT_EQ(page.rows.size(), 3u);
  EXPECT_EQ(json::serialize(page.rows[0]),
            R"({"00100010":{"vr":"PN","Value":[{"Alphabetic":"Li^Na","Ideographic":"李^娜"}]},)"
            R"("00100020":{"vr":"LO","Value":["0815"]},"00201200":{"vr":"IS","Value":[2]},)"
            R"("00201204":{"vr":"IS","Value":[3]}})");
  EXPECT_EQ(uids(run(Level::Patient, {{kPatientIdTag, "4711"}}), "00100020"), "4711 4711");
  EXPECT_EQ(uids(run(Level::Patient, {{kPatientIdTag, "4711"}, {kIssuerTag, "H"}}), "00100020"), "4711");
}

TEST_F(QueryTest, rows_hold_what_was_asked_for) {
  fill();
  const Page study = run(Level::Study, {{kAccessionTag, "A77"}});
  ASSERT_EQ(study.rows.size(), 1u);
  EXPECT_EQ(json::serialize(*json::find(study.rows[0], "00080061")), R"({"vr":"CS","Value":["CT","SR"]})");
  EXPECT_EQ(json::serialize(*json::find(study.rows[0], "00201208")), R"({"vr":"IS","Value":[3]})");
  EXPECT_EQ(json::find(study.rows[0], "00080080"), nullptr);
  const Page more = run(Level::Study, {{kAccessionTag, "A77"}}, {.include = {{0x0008, 0x0080}}});
  EXPECT_EQ(json::serialize(*json::find(more.rows[0], "00080080")), R"({"vr":"LO","Value":["第一医院"]})");
  const Page series = run(Level::Series, {{kSeriesUidTag, "1.2.1"}});
  EXPECT_NE(json::find(series.rows[0], "00400275"), nullptr);
  EXPECT_NE(json::find(series.rows[0], "00100010"),
            nullptr);  // no study was named, so each row tells its own
  const Page inside = run(Level::Series, {{kStudyUidTag, "1.2"}});
  EXPECT_EQ(json::find(inside.rows[0], "00100010"), nullptr);
  const Page all = run(Level::Instance, {{kSopInstanceUidTag, "1.2.1.1"}}, {.fields = Fields::All});
  EXPECT_NE(json::find(all.rows[0], "00080080"), nullptr);
  fs::remove_all(directory_.path("blobs"));
  EXPECT_EQ(run(Level::Instance, {{kSopInstanceUidTag, "1.2.1.1"}}, {.fields = Fields::All}).rows.size(), 1u);
}

// The pages of a search put together are the search, whatever leads it and however short they are.
TEST_F(QueryTest, pages_go_on_where_the_last_ended) {
  fill();
  add({"3.1.1.1", "3.1.1", "3.1", "CT", "77", "Li^Kim=Li^Kim=Lia^Kim"});
  const std::vector<std::pair<Level, std::vector<SearchKey>>> searches = {
      {Level::Study, {}},
      {Level::Study, {{kPatientNameTag, "*i*"}}},
      {Level::Study, {{kPatientNameTag, "li*"}}},
      {Level::Study, {{kPatientIdTag, "0*"}}},
      {Level::Study, {{kAccessionTag, "B*"}}},
      {Level::Study, {{kBirthDateTag, "19700101"}}},
      {Level::Study, {{kModalitiesTag, "CT"}}},
      {Level::Study, {{kStudyUidTag, "1.1\\2.2\\2.1"}}},
      {Level::Patient, {}},
      {Level::Series, {{kPatientNameTag, "wang*"}}},
      {Level::Series, {{kModalityTag, "CT"}}},
      {Level::Instance, {}},
      {Level::Instance, {{kSopInstanceUidTag, "1.1.1.1\\1.1.2.1\\2.1.1.2"}}},
  };
  for (const auto& [level, keys] : searches)
    for (const int64_t candidates : {1, 3, 1000})
      for (const int64_t limit : {1, 2, 100}) {
        search_ = std::make_unique<Search>(*store_, *audit_);
        std::vector<json::object> whole = run(level, keys).rows, pieces;
        search_ = std::make_unique<Search>(*store_, *audit_, SearchLimits{.candidates_max = candidates});
        Query query{.limit = limit};
        for (int turns = 0; turns < 100; ++turns) {
          const Page page = run(level, keys, query);
          pieces.insert(pieces.end(), page.rows.begin(), page.rows.end());
          query.after = page.next;
          if (page.next.empty()) break;
        }
        EXPECT_EQ(pieces, whole) << candidates << " " << limit;
        EXPECT_FALSE(whole.empty());
      }
}

TEST_F(QueryTest, offsets_skip_matches) {
  fill();
  EXPECT_EQ(studies({}, {.limit = 2, .offset = 1}), "1.1 1.2");
  EXPECT_EQ(studies({}, {.limit = 2, .offset = 9}), "");
}

TEST_F(QueryTest, what_cannot_be_searched_is_refused_or_named) {
  fill();
  const auto code = [&](Query query) {
    const auto page = search_->run(access_, query);
    return page.ok() ? std::string_view("found") : page.error().code().name;
  };
  EXPECT_EQ(code({.keys = {{kStudyDateTag, "yesterday"}}}), "archive.bad-key");
  EXPECT_EQ(code({.limit = -1}), "archive.bad-key");
  EXPECT_EQ(code({.offset = 1'000'000}), "archive.too-many-keys");
  EXPECT_EQ(code({.keys = std::vector<SearchKey>(300, {kPatientIdTag, "1"})}), "archive.too-many-keys");
  for (const char* cursor :
       {"x", "1", "1.2", "-1.0.0", "0.0.0", "1.2.3.4", "99999999999999999999.0.0", "77.0.0"})
    EXPECT_EQ(code({.after = cursor}), "archive.bad-cursor") << cursor;
  EXPECT_EQ(code({.keys = {{kPatientNameTag, "'; DROP TABLE archive_study; --"}}}), "found");
  const Page page = run(Level::Study, {{{0x0018, 0x0015}, "HEAD"}, {{0x0008, 0x0062}, "1.2"}});
  EXPECT_EQ(page.not_matched.size(), 2u);
  EXPECT_EQ(page.rows.size(), 4u);
}

TEST_F(QueryTest, a_search_needs_its_permission_and_is_audited) {
  fill();
  ASSERT_TRUE(audit_->flush().ok());
  const int64_t before = *audit_->size();
  run(Level::Study, {});
  ASSERT_TRUE(audit_->flush().ok());
  EXPECT_EQ(*audit_->size(), before + 1);
  EXPECT_NE(audit_->leaves(before, 1)->front().record.find("4 rows"), std::string::npos);
}

TEST_F(QueryTest, every_statement_is_answered_from_an_index_in_its_order) {
  for (const std::string& sql : search_statements()) {
    const auto plan = store_->read([&](sql::Session& session) -> Result<std::string> {
      auto row = session.query("EXPLAIN QUERY PLAN " + sql);
      std::string out;
      while (row.next()) out += std::string(row.text(3)) + "\n";
      XL_CHECK(row.status());
      return out;
    });
    ASSERT_TRUE(plan.ok()) << plan.error().message();
    EXPECT_NE(plan->find("SEARCH"), std::string::npos) << sql << *plan;
    EXPECT_EQ(plan->find("SCAN"), std::string::npos) << sql << *plan;
    EXPECT_EQ(plan->find("TEMP B-TREE"), std::string::npos) << sql << *plan;
  }
}

// All people of one family name are too many to walk through when more of the name is known.
TEST_F(QueryTest, OfANameAsMuchAsIsLiteralLeads) {
  const auto first = [&](const char* name, bool fuzzy) {
    Query query;
    query.keys = {{kPatientNameTag, name}};
    query.fuzzy = fuzzy;
    return store_->read([&](sql::Session& session) -> Result<std::string> {
      XL_TRY(const Plan plan, make_plan(session, query));
      return plan.first;
    });
  };
  EXPECT_EQ(*first("Wang^Xi*", true), "wang^xi");
  EXPECT_EQ(*first("Wang^Xi*", false), "wang^xi");
  EXPECT_EQ(*first("Wang^Xi", true), "wang");  // also finds Wangler^Xiao
  EXPECT_EQ(*first("Wang^Xi", false), "wang^xi");
}

// A database of the time before the search had tables of its own is filled up as intake would have done.
TEST_F(QueryTest, the_migration_fills_what_intake_writes) {
  fill();
  const auto dump = [&] {
    return *store_->read([&](sql::Session& session) -> Result<std::string> {
      std::string out;
      for (const char* sql : {"SELECT value || study || grp FROM archive_name ORDER BY 1",
                              "SELECT modality || date || study FROM archive_study_modality ORDER BY 1",
                              "SELECT patient_id || issuer || head_study || study_count || series_count || "
                              "instance_count FROM archive_patient ORDER BY 1"})
        for (auto row = session.query(sql); row.next();) out += std::string(row.text(0)) + "\n";
      return out;
    });
  };
  const std::string by_intake = dump();
  std::string fill_up;
  for (const sql::Migration& migration : sql::embedded_migrations())
    if (migration.name == "0008_archive_query") fill_up = migration.sql;
  ASSERT_TRUE(store_
                  ->write([&](sql::Tx& tx) -> Result<void> {
                    for (const char* table : {"archive_name", "archive_study_modality", "archive_patient"})
                      XL_CHECK(tx.run("DELETE FROM " + std::string(table)));
                    for (size_t at = fill_up.find("\nINSERT"); at != std::string::npos;) {
                      const size_t end = fill_up.find(";\n", at);
                      XL_CHECK(tx.run(fill_up.substr(at, end - at)));
                      at = fill_up.find("\n\n", end) == std::string::npos ? std::string::npos : end + 2;
                    }
                    return {};
                  })
                  .ok());
  EXPECT_EQ(dump(), by_intake);
}

}  // namespace
}  // namespace xinglin::archive
