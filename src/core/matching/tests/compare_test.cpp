#include "core/matching/compare.h"

#include <gtest/gtest.h>

#include "core/matching/blocking.h"
#include "core/matching/model.h"
#include "core/matching/table.h"

namespace xinglin::matching {
namespace {

Traits person(std::string_view family, std::string_view given, std::string_view born = "") {
  Traits out;
  add_name(out, family, given);
  out.birth_date = born;
  return out;
}
std::string family_level(const Traits& a, const Traits& b) {
  return std::string(level_name(Field::Family, compare(a, b).of(Field::Family)));
}
std::string given_level(const Traits& a, const Traits& b) {
  return std::string(level_name(Field::Given, compare(a, b).of(Field::Given)));
}
std::string birth_level(std::string_view a, std::string_view b) {
  return std::string(
      level_name(Field::BirthDate, compare(person("a", "b", a), person("a", "b", b)).of(Field::BirthDate)));
}

TEST(Compare, LatinNames) {
  const Traits smith = person("Smith", "Catherine");
  EXPECT_EQ(family_level(smith, person("SMITH", "x")), "exact");
  EXPECT_EQ(family_level(smith, person("Smyth", "x")), "close");
  EXPECT_EQ(family_level(smith, person("Garcia", "x")), "different");
  EXPECT_EQ(family_level(smith, person("", "x")), "missing");
  EXPECT_EQ(given_level(smith, person("x", "C")), "similar");
  EXPECT_EQ(given_level(smith, person("x", "Catherine Anne")), "exact");
  EXPECT_EQ(family_level(smith, person("Catherine", "Smith")), "swapped");
  EXPECT_EQ(given_level(smith, person("Catherine", "Smith")), "missing") << "it counts once";
}

TEST(Compare, ChineseNames) {
  const Traits wang = person("王", "小明");
  Traits whole;
  add_name_text(whole, "王小明");
  EXPECT_EQ(given_level(wang, whole), "exact");
  EXPECT_EQ(given_level(wang, person("王", "晓明")), "sounds_alike");
  EXPECT_EQ(given_level(wang, person("Wang", "Xiao Ming")), "sounds_alike");
  EXPECT_EQ(family_level(wang, person("Xiaoming", "Wang")), "swapped");
  EXPECT_EQ(family_level(person("張", "三"), person("张", "三")), "exact");
  EXPECT_EQ(given_level(wang, person("王", "大海")), "different");
  Traits two = person("Wang", "Xiaoming");
  add_name(two, "王", "小明");
  EXPECT_EQ(given_level(two, wang), "exact");
  EXPECT_EQ(compare(two, wang).name, 1);
}

TEST(Compare, BirthDates) {
  EXPECT_EQ(birth_level("19590314", "19590314"), "exact");
  EXPECT_EQ(birth_level("19590314", "19590315"), "one_digit");
  EXPECT_EQ(birth_level("19590304", "19590403"), "parts_swapped");
  EXPECT_EQ(birth_level("19590314", "19590728"), "same_year");
  EXPECT_EQ(birth_level("19590314", "19730314"), "two_parts");
  EXPECT_EQ(birth_level("19590314", "1959"), "same_year");
  EXPECT_EQ(birth_level("19590314", "19800101"), "different");
  EXPECT_EQ(birth_level("19590314", ""), "missing");
}

TEST(Compare, NumbersOfOneIssuerOnly) {
  Traits a = person("a", "b"), b = person("a", "b");
  add_number(a, NumberKind::Local, "north", "4711");
  add_number(b, NumberKind::Local, "south", "4711");
  EXPECT_EQ(compare(a, b).of(Field::LocalNumber), kMissing);
  add_number(b, NumberKind::Local, "north", "47-11");
  EXPECT_EQ(level_name(Field::LocalNumber, compare(a, b).of(Field::LocalNumber)), "exact");
}

TEST(Compare, AResidentNumberSaysBirthDateAndSex) {
  Traits a;
  add_number(a, NumberKind::Local, "whatever", "11010519491231002X");
  EXPECT_EQ(a.birth_date, "19491231");
  EXPECT_EQ(a.sex, 'f');
  Traits b;
  add_number(b, NumberKind::Local, "elsewhere", "110105491231002");
  EXPECT_EQ(level_name(Field::PersonalNumber, compare(a, b).of(Field::PersonalNumber)), "exact");
}

TEST(Traits, OfAPatient) {
  const auto patient = json::parse(R"({"resourceType":"Patient","gender":"female","birthDate":"1959-03-14",
    "name":[{"family":"Wang","given":["Xiao","Mei"]},{"text":"王小梅"}],
    "identifier":[{"system":"urn:x","value":"A 1"},
      {"system":"http://hl7.org/fhir/sid/us-ssn","value":"123-45-6789"}],
    "telecom":[{"system":"phone","value":"+86 13800138000"},{"system":"email","value":"A@B.org"}],
    "address":[{"use":"old","line":["gone"]},
      {"line":["12 Main Street"],"city":"Perth","postalCode":"60 00"}]})");
  const Traits t = traits_of_patient(patient->as_object());
  ASSERT_EQ(t.names.size(), 2U);
  EXPECT_EQ(t.names[0].given, "xiaomei");
  EXPECT_EQ(t.names[1].family_latin, "wang");
  EXPECT_EQ(t.sex, 'f');
  EXPECT_EQ(t.birth_date, "19590314");
  EXPECT_EQ(t.numbers[0].value, "A1");
  EXPECT_EQ(t.numbers[1].kind, NumberKind::Personal);
  EXPECT_EQ(t.contacts, (std::vector<std::string>{"13800138000", "a@b.org"}));
  EXPECT_EQ(t.street, "12 main st");
  EXPECT_EQ(t.postcode, "6000");
  const Traits back = unpack(pack(t));
  EXPECT_EQ(pack(back), pack(t));
  EXPECT_EQ(compare(t, back).of(Field::Street), 7);
  EXPECT_EQ(back.names[1].given_latin, "xiaomei");
}

TEST(Model, ARareNameSaysMore) {
  const Traits a = person("Smith", "Ann", "19590314"), b = person("Smith", "Ann", "19590314");
  const Comparison same = compare(a, b);
  const Model& model = default_model();
  const auto bits = [&](const std::vector<NameShares>& shares) {
    return judge(model, same, shares, {1e-4, 1e-4}).bits;
  };
  EXPECT_LT(bits({{0.07, 0.05}}), bits({}));
  EXPECT_GT(bits({{0.0001, 0.0001}}), bits({}));
  const Judgement judged = judge(model, same, {}, {1e-4, 1e-4});
  EXPECT_NEAR(judged.probability, probability(model, same, {}, {1e-4, 1e-4}), 1e-12);
  EXPECT_EQ(judged.evidence.size(), 3U);
  EXPECT_GT(std::abs(judged.evidence[0].bits), std::abs(judged.evidence[2].bits));
}

TEST(Model, IsReadAsItIsWritten) {
  const auto back = model_from_json(to_json(default_model()));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(json::serialize(to_json(*back)), json::serialize(to_json(default_model())));
  EXPECT_TRUE(model_from_json({}).error().is(kNoModel));
  json::object wrong = to_json(default_model());
  wrong["fields"].as_object()["sex"].as_object()["m"] = json::array{2, 3};
  EXPECT_TRUE(model_from_json(wrong).error().is(kNoModel));
}

TEST(Table, ColumnsByNameAndQuotes) {
  const auto table = read_table(
      "\xEF\xBB\xBFid,family,given,birthDate,gender,note\r\n7, \"O\"\"Hara, B\" ,\"A\nB\",14/3/1959,F,x\r\n");
  ASSERT_TRUE(table.ok());
  ASSERT_EQ(table->rows.size(), 1U);
  EXPECT_EQ(table->rows[0].id, "7");
  EXPECT_EQ(table->rows[0].traits.sex, 'f');
  EXPECT_EQ(table->rows[0].traits.birth_date, "19590314");
  EXPECT_EQ(table->unknown_columns, std::vector<std::string>{"note"});
  for (const char* text : {"", "a,b\n1,2\n", "family\n1,2,3\n", "family\n\"open\n"})
    EXPECT_TRUE(read_table(text).error().is(kNoTable)) << text;
}

TEST(Blocking, SlipsLeaveAKeyInCommon) {
  const auto meet = [](const Traits& a, const Traits& b) {
    const auto kept = keys_of(a);
    for (const Key& key : lookups_of(b))
      if (std::ranges::find(kept, key) != kept.end()) return true;
    return false;
  };
  EXPECT_TRUE(meet(person("王", "小明", "19590304"), person("Xiaoming", "Wang", "19590403")));
  EXPECT_TRUE(meet(person("Smith", "Ann", "19590304"), person("Smyth", "Anne", "19610811")));
  EXPECT_TRUE(meet(person("Smith", "Ann", "19590304"), person("Garcia", "Ann", "19590805")));
  EXPECT_FALSE(meet(person("Smith", "Ann", "19590304"), person("Garcia", "Bob", "19800101")));
  EXPECT_TRUE(keys_of(Traits{}).empty());
}

}  // namespace
}  // namespace xinglin::matching
