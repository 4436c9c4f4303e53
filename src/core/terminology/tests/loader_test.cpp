// Lists as hospitals have them; the forms of ICD-10 are those of the WHO code file, the American order file
// and the Chinese national clinical version 2.0 (codes with x001).
#include "core/terminology/loader.h"

#include <gtest/gtest.h>

#include "base/charset.h"
#include "core/terminology/detail/code_list.h"
#include "core/terminology/terminology.h"
#include "store/sql/tests/temp_dir.h"

namespace xinglin::terminology {
namespace {

constexpr std::string_view kUrl = "http://hl7.org/fhir/sid/icd-10";

class LoaderTest : public ::testing::Test {
protected:
  LoadReport loaded(std::string_view text, ListFormat format = ListFormat::Guess) {
    const auto report = load(
        *store_, clock_, {.system = std::string(kUrl), .version = {}, .name = {}, .format = format}, text);
    EXPECT_TRUE(report) << (report ? "" : report.error().message());
    terminology_.refresh();
    return report.value_or(LoadReport());
  }
  std::string_view refusal(std::string_view text, ListFormat format = ListFormat::Guess) {
    const auto report = load(
        *store_, clock_, {.system = std::string(kUrl), .version = {}, .name = {}, .format = format}, text);
    return report ? std::string_view() : report.error().code().name;
  }
  Lookup looked_up(std::string_view code, std::string_view language = {}) {
    const auto found = terminology_.lookup(
        {.system = std::string(kUrl), .version = {}, .code = std::string(code), .display = {}}, language);
    EXPECT_TRUE(found) << code;
    return found.value_or(Lookup());
  }
  std::string property(std::string_view code, std::string_view name) {
    for (const ConceptProperty& p : looked_up(code).properties)
      if (p.code == name) return p.value;
    return {};
  }
  Subsumption relation(std::string_view a, std::string_view b) {
    return terminology_.subsumes(kUrl, a, b).value_or(Subsumption::NotSubsumed);
  }

  sql::testing::TempDir dir_;
  SystemClock clock_;
  std::unique_ptr<sql::Store> store_ = sql::Store::open(dir_.path() + "/t.db").value();
  Terminology terminology_{store_.get(), clock_};
};

TEST_F(LoaderTest, ReadsCsvWithHeadings) {
  const LoadReport report = loaded(
      "\xEF\xBB\xBF"
      "Code,Display,Parent,display_zh-CN,Definition,inactive,unit\r\n"
      "LAB,Laboratory,,检验,,,\r\nHGB,\"Haemoglobin, total\",LAB,血红蛋白,\"The \"\"red\"\" one\",,g/L\r\n"
      "OLD,Old test,LAB,,,true,\r\n,no code,,,,,\r\nHGB,again,,,,,\r\nX,\"open,,,,,\r\nY,Why,NOBODY,,,,\r\n");
  EXPECT_EQ(report.concepts, 4u);
  EXPECT_EQ(report.refused, 4u);
  ASSERT_EQ(report.problems.size(), 4u);
  EXPECT_EQ(report.problems[0].line, 5u);
  EXPECT_EQ(report.problems[1].line, 6u);
  EXPECT_EQ(report.problems[2].line, 7u);
  EXPECT_NE(report.problems[3].text.find("NOBODY"), std::string::npos);
  EXPECT_EQ(looked_up("HGB").display, "Haemoglobin, total");
  EXPECT_EQ(looked_up("HGB", "zh-CN").display, "血红蛋白");
  EXPECT_EQ(looked_up("HGB").definition, "The \"red\" one");
  EXPECT_EQ(property("HGB", "unit"), "g/L");
  EXPECT_EQ(property("HGB", "parent"), "LAB");
  EXPECT_TRUE(looked_up("OLD").is_inactive);
  EXPECT_EQ(relation("LAB", "OLD"), Subsumption::Subsumes);
}

TEST_F(LoaderTest, ReadsChineseListsInGb18030) {
  const std::string text =
      "疾病编码\t疾病名称\nA17.000†G01*\t结核性脑膜炎\nA17\t神经系统结核\nG01*\t脑膜炎\nE11\t2型糖尿病\nE11."
      "900\t2型糖尿病\nE11.900x001\t2型糖尿病足\n";
  const LoadReport report = loaded(charset::from_utf8(text, charset::Charset::Gb18030).value());
  EXPECT_EQ(report.concepts, 6u);
  EXPECT_EQ(looked_up("E11.900x001").display, "2型糖尿病足");
  EXPECT_EQ(property("E11.900x001", "parent"), "E11.900");
  EXPECT_EQ(property("E11.900", "parent"), "E11");
  EXPECT_EQ(property("A17.000", "usage"), "dagger");
  EXPECT_EQ(property("A17.000", "asteriskCode"), "G01");
  EXPECT_EQ(property("G01", "usage"), "asterisk");
  EXPECT_EQ(relation("E11", "E11.900x001"), Subsumption::Subsumes);
  EXPECT_EQ(terminology_.at_or_below(kUrl, "E11")->size(), 3u);
}

TEST_F(LoaderTest, ReadsTheFormsOfIcd10) {
  EXPECT_EQ(loaded("00001 A00     0 Cholera                                                      Cholera\n"
                   "00002 A000    1 Cholera due to Vibrio cholerae 01, biovar cholerae          Cholera due "
                   "to Vibrio cholerae 01, biovar cholerae\n")
                .concepts,
            2u);
  EXPECT_EQ(property("A00.0", "parent"), "A00");
  EXPECT_TRUE(looked_up("A00").is_abstract);
  EXPECT_EQ(
      loaded(
          "A000    Cholera due to Vibrio cholerae 01, biovar cholerae\nA0100   Typhoid fever, unspecified\n")
          .concepts,
      2u);
  EXPECT_EQ(looked_up("A01.00").display, "Typhoid fever, unspecified");
  EXPECT_EQ(loaded("3;N;X;01;A00;A00.-;A00;A00;Cholera;Cholera;;;001;4-002;3-003;2-001;1-002\n"
                   "4;T;X;01;A00;A00.0;A00.0;A000;Cholera due to Vibrio cholerae 01, biovar "
                   "cholerae;Cholera;;;001;4-002;3-003;2-001;1-002\n")
                .concepts,
            2u);
  EXPECT_EQ(property("A00.0", "parent"), "A00");
  EXPECT_EQ(loaded("A00-B99,Infectious diseases\nA00-A09,Intestinal "
                   "infections\nA00,Cholera\nA00.0,Classical\nB01,Varicella\n",
                   ListFormat::Icd10)
                .concepts,
            5u);
  EXPECT_EQ(property("A00", "parent"), "A00-A09");
  EXPECT_EQ(property("A00-A09", "parent"), "A00-B99");
  EXPECT_EQ(property("B01", "parent"), "A00-B99");
  EXPECT_TRUE(looked_up("A00-A09").is_abstract);
  EXPECT_EQ(loaded("A00,Cholera\nnonsense code,x\n", ListFormat::Icd10).refused, 1u);
}

TEST_F(LoaderTest, GoesOnWhereItWasStopped) {
  std::string text = "code,display\n";
  for (int i = 0; i < 5000; ++i) text += "c" + std::to_string(i) + ",name\n";
  size_t steps = 0;
  const LoadSpec spec{.system = std::string(kUrl), .version = "1", .name = {}, .format = ListFormat::Csv};
  ASSERT_TRUE(load(*store_, clock_, spec, text, [&](size_t, size_t) { ++steps; }));
  EXPECT_EQ(steps, 3u);
  EXPECT_TRUE(load(*store_, clock_, spec, text)->was_loaded);
  // As if the first run had ended after its second step.
  ASSERT_TRUE(store_->write([](sql::Tx& tx) -> Result<void> {
    XL_CHECK(tx.run("UPDATE terminology_system SET lines = 4000, finished = NULL"));
    XL_CHECK(tx.run("DELETE FROM terminology_concept WHERE code = 'c4999'"));
    XL_CHECK(tx.run("UPDATE terminology_generation SET number = number + 1"));
    return {};
  }));
  terminology_.refresh();
  EXPECT_FALSE(terminology_.knows_system(kUrl));
  const auto again = load(*store_, clock_, spec, text);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->resumed_at, 4000u);
  terminology_.refresh();
  EXPECT_TRUE(terminology_.knows_system(kUrl));
  EXPECT_EQ(looked_up("c4999").display, "name");
  EXPECT_EQ(loaded_systems(*store_)->at(0).concepts, 5000);
  EXPECT_TRUE(unload(*store_, kUrl, "1").ok());
  EXPECT_FALSE(unload(*store_, kUrl, "1").ok());
}

TEST_F(LoaderTest, RefusesWhatIsNoList) {
  EXPECT_EQ(refusal(""), kBadFile.name);
  EXPECT_EQ(refusal("code,display\n"), kBadFile.name);
  EXPECT_EQ(refusal(std::string_view("PK\x03\x04\0\0zip", 9)), kBadFile.name);
  EXPECT_EQ(refusal("\xff\xff\xfe"), kBadFile.name);
  EXPECT_EQ(load(*store_, clock_, {}, "a,b\n").error().code().name, kBadRequest.name);
}

}  // namespace
}  // namespace xinglin::terminology
