// What R4's own definitions ask for, type by type; words, codes by their texts, amounts in other units.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "core/record/detail/extract.h"
#include "core/record/tests/record_fixture.h"

namespace xinglin::record {
namespace {

std::string content_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Parameters, EveryExpressionOfR4IsUnderstood) {
  EXPECT_EQ(detail::all_types().size(), 146u);
  size_t parameters = 0;
  for (const detail::TypeDef& type : detail::all_types()) {
    EXPECT_LE(type.parameters.size(), 63u) << type.name;
    for (const detail::ParameterDef& parameter : type.parameters) {
      ++parameters;
      if (parameter.kind == detail::Kind::Special) continue;
      EXPECT_EQ(parameter.walk.not_understood, "")
          << type.name << "." << parameter.name << ": " << parameter.expression;
      EXPECT_FALSE(parameter.walk.branches.empty()) << type.name << "." << parameter.name;
      for (const auto& group : parameter.groups)
        for (const detail::Component& component : group) {
          EXPECT_EQ(component.walk.not_understood, "") << type.name << "." << parameter.name;
          EXPECT_NE(component.number, 0) << type.name << "." << parameter.name;
        }
    }
  }
  std::cout << "search-parameters-r4: " << parameters << " of 146 types\n";
}

TEST(Parameters, RowsAreSharedWhereTheValuesAreTheSame) {
  const detail::TypeDef& type = *detail::find_type("Observation");
  const auto numbers = [&](std::string_view name) { return detail::find_parameter(type, name)->numbers; };
  EXPECT_EQ(numbers("patient"), numbers("subject"));
  EXPECT_EQ(detail::find_parameter(type, "patient")->only_target, "Patient");
  EXPECT_EQ(numbers("combo-code").size(), 2u);
  EXPECT_FALSE(detail::find_parameter(type, "date")->repeats);
  EXPECT_TRUE(detail::find_parameter(type, "category")->repeats);
}

class ExamplesTest : public RecordFixture {
protected:
  std::vector<SearchParameter> questions(const detail::TypeDef& type, const detail::Rows& rows);
};

// For each parameter that has rows, one search that must find the resource.
std::vector<SearchParameter> ExamplesTest::questions(const detail::TypeDef& type, const detail::Rows& rows) {
  std::vector<SearchParameter> out;
  for (const detail::ParameterDef& parameter : type.parameters) {
    const std::string name(parameter.name);
    const auto is_of = [&](const auto& row) {
      return row.element == 0 && parameter.kind != detail::Kind::Composite && !parameter.numbers.empty() &&
             row.parameter == parameter.numbers.front() && parameter.only_target.empty();
    };
    for (const detail::TokenRow& row : rows.tokens)
      if (is_of(row) && parameter.kind != detail::Kind::Reference && row.code[0] != detail::kOfType) {
        const bool coded = parameter.kind == detail::Kind::Token && !row.system.empty();
        out.push_back({name, "", (coded ? escaped_value(row.system) + "|" : "") + escaped_value(row.code)});
        break;
      }
    for (const detail::ReferenceRow& row : rows.references)
      if (is_of(row)) {
        out.push_back({name, "", escaped_value(row.target)});
        break;
      }
    for (const detail::StringRow& row : rows.strings)
      if (is_of(row)) {
        out.push_back({name, "exact", escaped_value(row.exact)});
        break;
      }
    if ((rows.present >> parameter.ordinal) & 1) out.push_back({name, "missing", "false"});
  }
  return out;
}

TEST_F(ExamplesTest, EveryExampleIsFoundByItsOwnParameters) {
  const std::filesystem::path folder = XL_SOURCE_DIR "/tools/definitions/node_modules/hl7.fhir.r4.examples";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "skipped: the definitions package is not there";
  std::vector<json::object> resources;
  const auto stored = store->write([&](sql::Tx& tx) -> Result<void> {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      const std::string name = entry.path().filename();
      const bool definition = name.starts_with("StructureDefinition") || name.starts_with("ValueSet") ||
                              name.starts_with("CodeSystem") || name.starts_with("SearchParameter") ||
                              name.starts_with("Bundle") || name == "package.json" || name.starts_with(".");
      if (definition || entry.path().extension() != ".json") continue;
      auto value = json::parse(content_of(entry.path()));
      if (!value || !value->is_object() || !value->get_object().contains("resourceType")) continue;
      json::object& resource = value->get_object();
      if (!detail::find_type(std::string_view(resource.at("resourceType").as_string()))) continue;
      if (!json::find_string(resource, "id")) continue;
      IssueSink issues;
      WriteOptions options;
      options.validate = false;
      auto prepared = record->prepare(resource, issues, options);
      if (!prepared) continue;
      XL_TRY(const Resource written, record->update(tx, access, *prepared));
      resources.push_back(*written.parsed());
    }
    return {};
  });
  ASSERT_TRUE(stored.ok()) << stored.error().message();
  size_t asked = 0;
  for (const json::object& resource : resources) {
    const std::string type_name(std::string_view(resource.at("resourceType").as_string()));
    const std::string id(std::string_view(resource.at("id").as_string()));
    const detail::TypeDef& type = *detail::find_type(type_name);
    for (const SearchParameter& question : questions(type, detail::extract(type, resource))) {
      ++asked;
      const auto found = search(type_name, {question, {"_id", "", id}});
      EXPECT_EQ(ids(found), id) << type_name << "?" << question.name << ":" << question.modifier << "="
                                << question.value << (found ? "" : found.error().message());
    }
  }
  std::cout << "search-examples-r4: " << resources.size() << " resources, " << asked << " searches\n";
  EXPECT_GT(resources.size(), 600u);
  EXPECT_GT(asked, 4000u);
}

class ValuesTest : public RecordFixture {};

TEST_F(ValuesTest, AmountsInOtherUnits) {
  const auto weight = [&](std::string id, std::string value, std::string unit) {
    put(R"({"resourceType":"Observation","id":")" + id +
        R"(","status":"final","code":{"text":"w"},"valueQuantity":{"value":)" + value + R"(,"unit":")" +
        unit + R"(","system":"http://unitsofmeasure.org","code":")" + unit + "\"}}");
  };
  weight("a", "70", "kg");
  weight("b", "70000", "g");
  weight("c", "71", "kg");
  weight("d", "5.4", "mmol/L");
  const auto found = [&](std::string value) {
    return ids(search("Observation", {{"value-quantity", "", value}}));
  };
  EXPECT_EQ(found("70|http://unitsofmeasure.org|kg"), "a,b");
  EXPECT_EQ(found("70000|http://unitsofmeasure.org|g"), "a,b");
  EXPECT_EQ(found("gt70500|http://unitsofmeasure.org|g"), "c");
  EXPECT_EQ(found("0.0054|http://unitsofmeasure.org|mol/L"), "d");
  EXPECT_EQ(found("70"), "a");
  EXPECT_EQ(found("70||kg"), "a");
}

TEST_F(ValuesTest, CodesByTextTypeAndIdentifier) {
  put(R"({"resourceType":"Condition","id":"a","subject":{"reference":"Patient/p",
          "identifier":{"system":"urn:i","value":"9"}},
          "code":{"text":"Headache","coding":[{"system":"urn:s","code":"1","display":"Céphalée"}]}})");
  put(R"({"resourceType":"Condition","id":"b","subject":{"reference":"Patient/p"},
          "code":{"text":"Fever"}})");
  EXPECT_EQ(ids(search("Condition", {{"code", "text", "head"}})), "a");
  EXPECT_EQ(ids(search("Condition", {{"code", "text", "cephalee"}})), "a");
  EXPECT_EQ(ids(search("Condition", {{"code", "missing", "false"}})), "a,b");
  EXPECT_EQ(ids(search("Condition", {{"subject", "identifier", "urn:i|9"}})), "a");
  put(R"({"resourceType":"Patient","id":"p","identifier":[{"system":"urn:i","value":"9","type":{"coding":[{
          "system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"}]}}]})");
  EXPECT_EQ(ids(search("Patient",
                       {{"identifier", "of-type", "http://terminology.hl7.org/CodeSystem/v2-0203|MR|9"}})),
            "p");
  EXPECT_EQ(ids(search("Patient", {{"identifier", "", "http://terminology.hl7.org/CodeSystem/v2-0203|"}})),
            "");
}

TEST_F(ValuesTest, WordsOfNarrativeAndContent) {
  put(R"({"resourceType":"Condition","id":"a","subject":{"reference":"Patient/p"},"code":{"text":"慢性阻塞性肺疾病"},
          "text":{"status":"generated",
          "div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">Chronic <b>cough</b></div>"}})");
  put(R"({"resourceType":"Condition","id":"b","subject":{"reference":"Patient/p"},"code":{"text":"Cough"}})");
  EXPECT_EQ(ids(search("Condition", {{"_text", "", "cough"}})), "a");
  EXPECT_EQ(ids(search("Condition", {{"_content", "", "COUGH"}})), "a,b");
  EXPECT_EQ(ids(search("Condition", {{"_content", "", "肺疾病"}})), "a");
  EXPECT_EQ(ids(search("Condition", {{"_content", "", "肺"}})), "a");
  EXPECT_EQ(ids(search("Condition", {{"_content", "", "肺炎"}})), "");
  EXPECT_EQ(ids(search("Condition", {{"_content", "", "chronic fever"}})), "");
  EXPECT_EQ(ids(search("Condition", {{"_text", "", "..."}})), "error: record.bad-parameter");
  ASSERT_TRUE(record->remove_now(access, "Condition", "a"));
  EXPECT_EQ(ids(search("Condition", {{"_content", "", "cough"}})), "b");
}

TEST_F(ValuesTest, AddressesAboveAndBelow) {
  for (const char* url : {"http://x.org/a", "http://x.org/a/b", "http://x.org/ab"})
    put(R"({"resourceType":"ValueSet","id":"v)" + std::to_string(std::string(url).size()) +
        R"(","status":"active","url":")" + url + "\"}");
  EXPECT_EQ(ids(search("ValueSet", {{"url", "below", "http://x.org/a"}})), "v14,v16");
  EXPECT_EQ(ids(search("ValueSet", {{"url", "above", "http://x.org/a/b/c"}})), "v14,v16");
}

TEST_F(ValuesTest, RowsAreMadeAgainWhenTheyAreOfAnotherProgram) {
  for (int i = 0; i < 3; ++i)
    put(R"({"resourceType":"Patient","id":"p)" + std::to_string(i) + R"(","gender":"male"})");
  const auto emptied = store->write([](sql::Tx& tx) -> Result<void> {
    XL_CHECK(tx.run("UPDATE record_index SET fingerprint = 'other'"));
    XL_CHECK(tx.run("INSERT INTO record_token VALUES (1, 'stale', 1, 0)"));
    return {};
  });
  ASSERT_TRUE(emptied.ok());
  int64_t done = 0;
  ASSERT_TRUE(record->rebuild_index([&](int64_t so_far, int64_t) { done = so_far; }).ok());
  EXPECT_EQ(done, 3);
  EXPECT_EQ(ids(search("Patient", {{"gender", "", "male"}})), "p0,p1,p2");
  const auto stale = store->read([](sql::Session& session) -> Result<int64_t> {
    sql::Query query = session.query("SELECT COUNT(*) FROM record_token WHERE code = 'stale'");
    return query.next() ? query.integer(0) : -1;
  });
  EXPECT_EQ(*stale, 0);
  ASSERT_TRUE(record->rebuild_index([](int64_t, int64_t) { ADD_FAILURE() << "made twice"; }).ok());
}

}  // namespace
}  // namespace xinglin::record
