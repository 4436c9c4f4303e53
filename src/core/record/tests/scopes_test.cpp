// What tokens with scopes may do with single resources, and that searches of all kinds stay within the same
// bounds.
#include "core/record/tests/record_fixture.h"

namespace xinglin::record {
namespace {

constexpr std::string_view kLab = "http://terminology.hl7.org/CodeSystem/observation-category|laboratory";

class ScopesTest : public RecordFixture {
protected:
  void SetUp() override {
    put(R"({"resourceType":"Patient","id":"a","gender":"female"})");
    put(R"({"resourceType":"Patient","id":"b","gender":"female",
            "link":[{"other":{"reference":"Patient/a"},"type":"refer"}]})");
    put(R"({"resourceType":"Patient","id":"c","gender":"female"})");
    observation("a-lab", "a", "laboratory");
    observation("a-vital", "a", "vital-signs");
    observation("c-lab", "c", "laboratory");
    observation("c-by-a", "c", "survey", "Patient/a");
  }
  void observation(const std::string& id, const std::string& patient, const std::string& category,
                   const std::string& performer = "Practitioner/x") {
    put(text(id, patient, category, performer));
  }
  static std::string text(const std::string& id, const std::string& patient, const std::string& category,
                          const std::string& performer = "Practitioner/x") {
    return R"({"resourceType":"Observation","id":")" + id +
           R"(","status":"final","category":[{"coding":[{"system":)" +
           R"("http://terminology.hl7.org/CodeSystem/observation-category","code":")" + category +
           R"("}]}],"code":{"text":"x"},"subject":{"reference":"Patient/)" + patient +
           R"("},"performer":[{"reference":")" + performer + R"("}]})";
  }
  trust::Access with(std::string_view scopes, const std::string& patient = "a") const {
    const auto parsed = trust::parse_scopes(scopes);
    EXPECT_TRUE(parsed) << parsed.error().message();
    return access.narrowed(std::make_shared<trust::Restriction>(parsed->resources, patient));
  }
  std::string read(const trust::Access& who, std::string_view type, std::string_view id) {
    const auto found = record->read_now(who, type, id);
    return found ? "ok" : std::string(found.error().code().name);
  }
  std::string write(const trust::Access& who, const std::string& resource) {
    IssueSink issues;
    const auto updated = record->update_now(who, parse(resource), issues);
    return updated ? "ok" : std::string(updated.error().code().name);
  }
  std::string found(const trust::Access& who, std::string type,
                    std::vector<SearchParameter> parameters = {}) {
    SearchRequest request;
    request.type = std::move(type);
    request.parameters = std::move(parameters);
    const auto result = record->search_now(who, request);
    return ids(result) + (result ? " of " + std::to_string(result->total) : "");
  }
};

TEST_F(ScopesTest, ReadsStayInTheCompartment) {
  const trust::Access app = with("patient/*.rs");
  EXPECT_EQ(read(app, "Patient", "a"), "ok");
  EXPECT_EQ(read(app, "Patient", "b"), "ok") << "Patient.link is a member of the compartment";
  EXPECT_EQ(read(app, "Patient", "c"), "record.not-found");
  EXPECT_EQ(read(app, "Patient", "nobody"), "record.not-found");
  EXPECT_EQ(read(app, "Observation", "a-lab"), "ok");
  EXPECT_EQ(read(app, "Observation", "c-lab"), "record.not-found");
  EXPECT_EQ(read(app, "Observation", "c-by-a"), "ok") << "Observation.performer is one, too";
  EXPECT_EQ(found(app, "Patient"), "a,b of 2");
  EXPECT_EQ(found(app, "Observation"), "a-lab,a-vital,c-by-a of 3");
  EXPECT_EQ(found(app, "Observation", {{"patient", "", "c"}}), "c-by-a of 1");
  EXPECT_EQ(found(app, "Observation", {{"category", "not", "laboratory"}}), "a-vital,c-by-a of 2");
}

TEST_F(ScopesTest, CriteriaNarrowFurther) {
  const trust::Access app = with("patient/Observation.rs?category=" + std::string(kLab));
  EXPECT_EQ(read(app, "Observation", "a-lab"), "ok");
  EXPECT_EQ(read(app, "Observation", "a-vital"), "record.not-found");
  EXPECT_EQ(read(app, "Observation", "c-lab"), "record.not-found");
  EXPECT_EQ(found(app, "Observation"), "a-lab of 1");
  EXPECT_EQ(read(app, "Patient", "a"), "trust.not-allowed") << "no scope names the type";
  EXPECT_EQ(found(app, "Patient"), "error: trust.not-allowed");
  const trust::Access user =
      with("user/Observation.rs?category=laboratory,survey user/Observation.r?category=vital-signs", "");
  EXPECT_EQ(found(user, "Observation"), "a-lab,c-lab,c-by-a of 3") << "r alone does not search";
  EXPECT_EQ(read(user, "Observation", "a-vital"), "ok");
}

TEST_F(ScopesTest, WhatCannotBeDecidedGivesNothing) {
  for (const std::string_view scope : {"patient/Observation.rs?no-such=1", "patient/Observation.rs?date=2020",
                                       "user/Observation.rs?category=a||b", "user/Observation.rs?category=|",
                                       "user/Observation.rs?subject=a", "patient/Nonsense.rs"})
    EXPECT_EQ(read(with(scope), "Observation", "a-lab"), "trust.not-allowed") << scope;
  EXPECT_EQ(read(with("patient/*.rs", ""), "Observation", "a-lab"), "trust.not-allowed")
      << "no patient chosen";
  EXPECT_EQ(found(with("patient/*.r"), "Observation"), "error: trust.not-allowed");
}

TEST_F(ScopesTest, WritesNeedTheOldAndTheNewContent) {
  const trust::Access app = with("patient/Observation.cruds");
  EXPECT_EQ(write(app, text("a-lab", "a", "exam")), "ok");
  EXPECT_EQ(write(app, text("a-lab", "c", "exam")), "trust.not-allowed") << "gives it to another patient";
  EXPECT_EQ(write(app, text("c-lab", "a", "exam")), "record.not-found") << "takes it from another patient";
  EXPECT_EQ(write(app, text("free", "a", "exam")), "record.not-found") << "as if it were taken";
  EXPECT_EQ(write(with("patient/Observation.rs"), text("a-lab", "a", "exam")), "trust.not-allowed");
  EXPECT_EQ(write(with("user/Observation.r user/Observation.u?category=exam"), text("c-lab", "c", "exam")),
            "trust.not-allowed")
      << "seen, but not changeable";
  EXPECT_EQ(write(with("system/Observation.cruds"), text("free", "c", "exam")), "ok");
  IssueSink issues;
  EXPECT_TRUE(record->create_now(app, parse(text("n", "a", "exam")), issues));
  EXPECT_TRUE(record->create_now(app, parse(text("n", "c", "exam")), issues).error().is(trust::kNotAllowed));
  EXPECT_TRUE(record->remove_now(app, "Observation", "c-lab").error().is(kNoResource));
  EXPECT_TRUE(record->remove_now(app, "Observation", "a-lab"));
  EXPECT_TRUE(record->remove_now(with("patient/Observation.rs"), "Observation", "a-vital")
                  .error()
                  .is(trust::kNotAllowed));
}

TEST_F(ScopesTest, OldVersionsNeedBothWhatTheySayAndWhatIsNow) {
  observation("moved", "c", "exam");
  observation("moved", "a", "exam");
  observation("a-lab", "c", "exam");
  const trust::Access app = with("patient/*.rs");
  const auto versions = [&](std::string_view id) {
    return record->store().read([&](sql::Session& session) -> Result<std::string> {
      XL_TRY(const auto all, record->history(session, app, {.type = "Observation", .id = std::string(id)}));
      std::string out;
      for (const Resource& one : all.versions) out += std::to_string(one.version);
      return out;
    });
  };
  const auto one = [&](std::string_view id, int64_t version) {
    return record->store().read(
        [&](sql::Session& session) { return record->vread(session, app, "Observation", id, version); });
  };
  EXPECT_EQ(*versions("moved"), "2");
  EXPECT_TRUE(versions("a-lab").error().is(kNoResource)) << "it was filed under the wrong patient";
  EXPECT_TRUE(one("a-lab", 1).error().is(kNoResource));
  EXPECT_TRUE(one("moved", 1).error().is(kNoResource));
  EXPECT_TRUE(one("moved", 2));
  ASSERT_TRUE(record->remove_now(access, "Observation", "a-vital"));
  ASSERT_TRUE(record->remove_now(access, "Observation", "c-lab"));
  EXPECT_EQ(read(app, "Observation", "a-vital"), "record.deleted");
  EXPECT_EQ(read(app, "Observation", "c-lab"), "record.not-found");
  EXPECT_EQ(*versions("a-vital"), "21");
}

}  // namespace
}  // namespace xinglin::record
