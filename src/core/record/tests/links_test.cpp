// Chains, _has, composites, _include, compartments, lists, sorting and search over several types.
#include "core/record/tests/record_fixture.h"

namespace xinglin::record {
namespace {

class LinksTest : public RecordFixture {
protected:
  void SetUp() override {
    put(R"({"resourceType":"Organization","id":"h","name":"Hospital",
            "partOf":{"reference":"Organization/g"}})");
    put(R"({"resourceType":"Organization","id":"g","name":"Group"})");
    put(R"({"resourceType":"Practitioner","id":"d","name":[{"family":"Shen"}]})");
    put(R"({"resourceType":"Patient","id":"a","gender":"female","name":[{"family":"Wang"}],
            "managingOrganization":{"reference":"Organization/h"},
            "generalPractitioner":[{"reference":"Practitioner/d"}]})");
    put(R"({"resourceType":"Patient","id":"b","gender":"male","name":[{"family":"Li"}]})");
    put(R"({"resourceType":"Encounter","id":"e","status":"finished","class":{"code":"AMB"},
            "subject":{"reference":"Patient/a"}})");
    observation("o1", "a", "x", 5);
    observation("o2", "a", "y", 7);
    observation("o3", "b", "x", 9);
    put(R"({"resourceType":"Observation","id":"bp","status":"final","code":{"coding":[{"code":"bp"}]},
            "subject":{"reference":"Patient/b"},"performer":[{"reference":"Practitioner/d"}],
            "component":[{"code":{"coding":[{"code":"sys"}]},"valueQuantity":{"value":140}},
                         {"code":{"coding":[{"code":"dia"}]},"valueQuantity":{"value":90}}]})");
    put(R"({"resourceType":"List","id":"l","status":"current","mode":"working",
            "entry":[{"item":{"reference":"Patient/b"}},{"item":{"reference":"Observation/o1"}}]})");
  }
  void observation(const std::string& id, const std::string& patient, const std::string& code, int value) {
    put(R"({"resourceType":"Observation","id":")" + id +
        R"(","status":"final","code":{"coding":[{"system":"urn:c","code":")" + code +
        R"("}]},"encounter":{"reference":"Encounter/e"},"subject":{"reference":"Patient/)" + patient +
        R"("},"valueQuantity":{"value":)" + std::to_string(value) + "}}");
  }
  std::string included(const std::string& type, std::vector<SearchParameter> parameters,
                       std::vector<Include> includes) {
    SearchRequest request{.type = type, .parameters = std::move(parameters)};
    request.includes = std::move(includes);
    const auto found = record->search_now(access, request);
    if (!found) return "error: " + std::string(found.error().code().name);
    std::string out;
    for (const Resource& r : found->included) out += (out.empty() ? "" : ",") + r.type + "/" + r.id;
    return out;
  }
};

TEST_F(LinksTest, Chains) {
  EXPECT_EQ(ids(search("Observation", {{"subject", "Patient.name", "wang"}})), "o1,o2");
  EXPECT_EQ(ids(search("Observation", {{"patient.gender", "", "male"}})), "o3,bp");
  EXPECT_EQ(ids(search("Observation", {{"patient.family", "exact", "Li"}})), "o3,bp");
  EXPECT_EQ(ids(search("Observation", {{"patient.organization.name", "", "hosp"}})), "o1,o2");
  EXPECT_EQ(ids(search("Observation", {{"patient.organization.partof.name", "", "group"}})), "o1,o2");
  EXPECT_EQ(
      ids(search("Observation", {{"subject", "Patient.general-practitioner:Practitioner.family", "shen"}})),
      "o1,o2");
  EXPECT_EQ(ids(search("Observation", {{"subject.name", "", "li"}})), "o3,bp");
  EXPECT_EQ(ids(search("Observation", {{"patient.name", "", "li"}, {"code", "", "x"}})), "o3");
  EXPECT_EQ(ids(search("Observation", {{"patient._id", "", "a"}})), "o1,o2");
  EXPECT_EQ(ids(search("Observation", {{"patient.nonsense", "", "a"}})), "error: record.unknown-parameter");
  EXPECT_EQ(ids(search("Observation", {{"code.name", "", "a"}})), "error: record.bad-parameter");
  EXPECT_EQ(ids(search("Observation", {{"subject", "Medication.code", "a"}})), "error: record.bad-parameter");
}

// `focus` refers to anything: each step without a type passes through all that have it.
TEST_F(LinksTest, AChainThroughEverythingIsRefusedBeforeItIsBuilt) {
  const std::string chain = "focus.focus.focus.focus.focus.focus._id";
  EXPECT_EQ(ids(search("Observation", {{chain, "", "1"}})), "error: record.bad-parameter");
  EXPECT_EQ(ids(search("Observation", {{"_filter", "", chain + " eq \"1\""}})),
            "error: record.bad-parameter");
  EXPECT_EQ(ids(search("Observation", {{"subject", "Patient.name", "wang"}})), "o1,o2");
}

TEST_F(LinksTest, Has) {
  EXPECT_EQ(ids(search("Patient", {{"_has", "Observation:patient:code", "y"}})), "a");
  EXPECT_EQ(ids(search("Patient", {{"_has", "Observation:patient:code", "urn:c|x"}})), "a,b");
  EXPECT_EQ(ids(search("Patient", {{"_has", "Observation:subject:value-quantity", "gt8"}})), "b");
  // Nested, and in a chain.
  EXPECT_EQ(
      ids(search("Organization", {{"_has", "Patient:organization:_has:Observation:patient:code", "y"}})),
      "h");
  EXPECT_EQ(ids(search("Encounter", {{"patient._has", "Observation:patient:code", "y"}})), "e");
  EXPECT_EQ(ids(search("Practitioner", {{"_has", "Observation:performer:patient.name", "li"}})), "d");
  EXPECT_EQ(ids(search("Patient", {{"_has", "Observation:patient", "y"}})), "error: record.bad-parameter");
  EXPECT_EQ(ids(search("Patient", {{"_has", "Observation:code:code", "y"}})),
            "error: record.unknown-parameter");
}

TEST_F(LinksTest, Composites) {
  EXPECT_EQ(ids(search("Observation", {{"code-value-quantity", "", "x$gt6"}})), "o3");
  EXPECT_EQ(ids(search("Observation", {{"code-value-quantity", "", "urn:c|x$5,urn:c|y$7"}})), "o1,o2");
  EXPECT_EQ(ids(search("Observation", {{"component-code-value-quantity", "", "sys$gt100"}})), "bp");
  EXPECT_EQ(ids(search("Observation", {{"component-code-value-quantity", "", "dia$gt100"}})), "");
  EXPECT_EQ(ids(search("Observation", {{"combo-code-value-quantity", "", "dia$90,x$9"}})), "o3,bp");
  EXPECT_EQ(ids(search("Observation", {{"combo-code-value-quantity", "", "dia$90,x$9"}, {"code", "", "bp"}})),
            "bp");
  EXPECT_EQ(ids(search("Observation", {{"combo-code", "", "sys"}})), "bp");
  EXPECT_EQ(ids(search("Observation", {{"code-value-quantity", "", "x"}})), "error: record.bad-parameter");
}

TEST_F(LinksTest, Includes) {
  EXPECT_EQ(included("Observation", {{"code", "", "x"}}, {{"Observation:subject"}}), "Patient/a,Patient/b");
  EXPECT_EQ(included("Observation", {{"_id", "", "bp"}}, {{"Observation:*"}}), "Patient/b,Practitioner/d");
  EXPECT_EQ(included("Observation", {{"_id", "", "bp"}}, {{"*"}}), "Patient/b,Practitioner/d");
  EXPECT_EQ(included("Observation", {{"_id", "", "bp"}}, {{"Observation:performer:Patient"}}), "");
  EXPECT_EQ(included("Patient", {{"_id", "", "a"}}, {{"Observation:patient", true}}),
            "Observation/o1,Observation/o2");
  EXPECT_EQ(included("Patient", {{"_id", "", "a"}}, {{"Observation:*", true}, {"Patient:organization"}}),
            "Observation/o1,Observation/o2,Organization/h");
  EXPECT_EQ(included("Observation", {{"_id", "", "o1"}}, {{"Observation:patient"}, {"Patient:organization"}}),
            "Patient/a");
  EXPECT_EQ(included("Observation", {{"_id", "", "o1"}},
                     {{"Observation:patient"},
                      {"Patient:organization", false, true},
                      {"Organization:partof", false, true}}),
            "Patient/a,Organization/h,Organization/g");
  EXPECT_EQ(included("Observation", {}, {{"Observation:code"}}), "error: record.unknown-parameter");
  EXPECT_EQ(included("Observation", {}, {{"nonsense"}}), "error: record.bad-parameter");
}

TEST_F(LinksTest, CompartmentsAndLists) {
  SearchRequest request{.type = "Observation"};
  request.compartment = "Patient/a";
  EXPECT_EQ(ids(record->search_now(access, request)), "o1,o2");
  request.compartment = "Practitioner/d";
  EXPECT_EQ(ids(record->search_now(access, request)), "bp");
  request.compartment = "Encounter/e";
  EXPECT_EQ(ids(record->search_now(access, request)), "o1,o2,o3");
  request.type = "Organization";
  EXPECT_EQ(ids(record->search_now(access, request)), "error: record.bad-parameter");
  request.type = "";
  request.compartment = "Patient/a";
  EXPECT_EQ(ids(record->search_now(access, request)), "a,e,o1,o2");
  EXPECT_EQ(ids(search("Patient", {{"_list", "", "l"}})), "b");
  EXPECT_EQ(ids(search("Observation", {{"_list", "", "l"}})), "o1");
}

TEST_F(LinksTest, SeveralTypes) {
  SearchRequest request{.type = "", .sort = {"-_id"}, .count = 3};
  request.types = {"Patient", "Organization"};
  std::string all;
  while (true) {
    const auto page = record->search_now(access, request);
    ASSERT_TRUE(page.ok()) << page.error().message();
    EXPECT_EQ(page->total, 4);
    for (const Resource& r : page->matches) all += r.id;
    if (page->next_cursor.empty()) break;
    request.cursor = page->next_cursor;
  }
  EXPECT_EQ(all, "hgba");
  request = SearchRequest{.type = "", .parameters = {{"_id", "", "a,o1"}}};
  EXPECT_EQ(ids(record->search_now(access, request)), "a,o1");
  request.parameters = {{"family", "", "x"}};
  EXPECT_EQ(ids(record->search_now(access, request)), "error: record.unknown-parameter");
}

TEST_F(LinksTest, Filter) {
  const auto filter = [&](std::string type, std::string text) {
    return ids(search(std::move(type), {{"_filter", "", std::move(text)}}));
  };
  EXPECT_EQ(filter("Patient", "name eq wang"), "a");
  EXPECT_EQ(filter("Patient", "name eq wa"), "");
  EXPECT_EQ(filter("Patient", "name co \"an\""), "a");
  EXPECT_EQ(filter("Patient", "name sw W or gender eq male"), "a,b");
  EXPECT_EQ(filter("Patient", "name ew \"i\" and gender eq male"), "b");
  EXPECT_EQ(filter("Patient", "not (gender eq male)"), "a");
  EXPECT_EQ(filter("Patient", "gender ne male"), "a");
  EXPECT_EQ(filter("Patient", "organization pr true"), "a");
  EXPECT_EQ(filter("Patient", "organization pr false"), "b");
  // From left to right, whatever the word.
  EXPECT_EQ(filter("Patient", "gender eq female or gender eq male and name eq li"), "b");
  EXPECT_EQ(filter("Patient", "gender eq female or (gender eq male and name eq li)"), "a,b");
  EXPECT_EQ(filter("Observation", "value-quantity gt 6 and value-quantity lt 9"), "o2");
  EXPECT_EQ(filter("Observation", "subject.name co \"wan\""), "o1,o2");
  EXPECT_EQ(filter("Observation", "patient[gender eq male].name eq li"), "o3,bp");
  EXPECT_EQ(filter("Observation", "patient[gender eq female].name eq li"), "");
  EXPECT_EQ(filter("Observation", "subject re Patient/b"), "o3,bp");
  EXPECT_EQ(filter("Observation", "_id eq o1"), "o1");
  EXPECT_EQ(filter("Patient", "_has:Observation:patient:code eq y"), "a");
  EXPECT_EQ(filter("Patient", "name eq wang and"), "error: record.bad-parameter");
  EXPECT_EQ(filter("Patient", "(name eq wang"), "error: record.bad-parameter");
  EXPECT_EQ(filter("Patient", "nonsense eq 1"), "error: record.unknown-parameter");
}

TEST_F(LinksTest, ExplainTellsWhatWasDone) {
  SearchRequest request{.type = "Observation", .parameters = {{"code", "", "y"}, {"status", "", "final"}}};
  request.explain = true;
  const auto found = record->search_now(access, request);
  ASSERT_TRUE(found.ok());
  const json::object& plan = found->plan.at("plans").at(0).as_object();
  EXPECT_EQ(plan.at("drivenBy"), "code");
  EXPECT_EQ(found->plan.at("rowsLookedAt"), 1);
  EXPECT_TRUE(found->plan.at("microseconds").as_object().contains("planning"));
}

}  // namespace
}  // namespace xinglin::record
