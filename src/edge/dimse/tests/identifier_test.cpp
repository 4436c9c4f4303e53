#include "edge/dimse/detail/identifier.h"

#include <gtest/gtest.h>

#include "edge/dimse/errors.h"

namespace xinglin::dimse {
namespace {

constexpr const char *kImplicit = "1.2.840.10008.1.2", *kExplicit = "1.2.840.10008.1.2.1",
                     *kBigEndian = "1.2.840.10008.1.2.2";
constexpr dicom::Tag kName{0x0010, 0x0010}, kCharset{0x0008, 0x0005};

const QueryClass& study_root() {
  return *find_query_class("1.2.840.10008.5.1.4.1.2.2.1");
}
const QueryClass& patient_root() {
  return *find_query_class("1.2.840.10008.5.1.4.1.2.1.1");
}

dicom::DataSet request(const char* level) {
  dicom::DataSet out;
  out.set_text({0x0008, 0x0052}, "CS", level);
  out.set_text(kName, "PN", "王*");
  out.set_text({0x0020, 0x000D}, "UI", "");
  dicom::DataSet& item = out.add_item({0x0040, 0x0275});
  item.set_text({0x0040, 0x0009}, "SH", "");
  return out;
}

TEST(Identifier, answers_can_be_read_in_each_syntax_and_character_set) {
  Asked asked;
  asked.keys = request("STUDY");
  asked.keys.set_integer({0x0028, 0x0010}, "US", {});
  const auto row = json::parse(
      R"({"00100010":{"vr":"PN","Value":[{"Alphabetic":"Wang","Ideographic":"王^小东"}]},
          "0020000D":{"vr":"UI","Value":["1.2.3"]},"00280010":{"vr":"US","Value":[513]},
          "00400275":{"vr":"SQ","Value":[{"00400009":{"vr":"SH","Value":["步骤"]},
                                          "00400007":{"vr":"LO","Value":["not asked"]}}]}})");
  const dicom::DataSet answer = answer_of(asked, row->get_object(), "XINGLIN");
  for (const char* syntax : {kImplicit, kExplicit, kBigEndian})
    for (const char* charset : {"", "ISO_IR 192", "GB18030", "GBK", "ISO_IR 100", "ISO 2022 IR 87"}) {
      const auto bytes = encode_identifier(answer, syntax, charset);
      const auto read = dicom::parse_data_set(bytes, TransferSyntaxUid(syntax));
      ASSERT_TRUE(read.ok()) << syntax << charset << read.error().message();
      const std::string said = std::string_view(charset).starts_with("GB") ? charset : "ISO_IR 192";
      EXPECT_EQ(read->text(kCharset), said);
      EXPECT_EQ(read->text(kName), "Wang=王^小东");
      EXPECT_EQ(read->text({0x0020, 0x000D}), "1.2.3");
      EXPECT_EQ(read->integer({0x0028, 0x0010}), 513);
      ASSERT_EQ(read->items({0x0040, 0x0275}).size(), 1u);
      EXPECT_EQ(read->items({0x0040, 0x0275})[0].text({0x0040, 0x0009}), "步骤");
      EXPECT_EQ(read->items({0x0040, 0x0275})[0].find({0x0040, 0x0007}), nullptr);
      EXPECT_EQ(read->text({0x0008, 0x0054}), "XINGLIN");
    }
}

TEST(Identifier, what_is_ascii_declares_no_character_set_and_absent_values_are_empty) {
  Asked asked;
  asked.keys = request("STUDY");
  const auto read = dicom::parse_data_set(encode_identifier(answer_of(asked, {}, "X"), kExplicit, "GB18030"),
                                          TransferSyntaxUid(kExplicit));
  EXPECT_EQ(read->find(kCharset), nullptr);
  ASSERT_NE(read->find(kName), nullptr);
  EXPECT_TRUE(read->find(kName)->value.empty());
}

TEST(Identifier, keys_become_a_query_in_utf8) {
  const auto bytes = encode_identifier(request("STUDY"), kImplicit, "GB18030");
  const auto asked = parse_identifier(bytes, kImplicit, study_root(), {.fuzzy = true});
  ASSERT_TRUE(asked.ok()) << asked.error().message();
  EXPECT_EQ(asked->charset, "GB18030");
  EXPECT_EQ(asked->query.level, archive::Level::Study);
  EXPECT_TRUE(asked->query.fuzzy);
  ASSERT_EQ(asked->query.keys.size(), 3u);
  EXPECT_EQ(asked->query.keys[0].value, "王*");
  EXPECT_EQ(asked->query.keys[2].item.size(), 1u);
}

// PS3.4 C.4.1.2.1 and C.6.2.1: one value for the unique key of each level above; no PATIENT in Study Root.
TEST(Identifier, the_hierarchy_is_kept_unless_relational_queries_were_agreed) {
  const auto code = [](dicom::DataSet keys, const QueryClass& asked_of, bool relational) {
    const auto asked =
        parse_identifier(dicom::write_data_set(keys), kExplicit, asked_of, {.relational = relational});
    return asked.ok() ? std::string_view() : asked.error().code().name;
  };
  EXPECT_EQ(code(request("STUDY"), study_root(), false), "");
  EXPECT_EQ(code(request("STUDY"), patient_root(), false), kBadIdentifier.name);
  EXPECT_EQ(code(request("STUDY"), patient_root(), true), "");
  EXPECT_EQ(code(request("SERIES"), study_root(), false), kBadIdentifier.name);
  EXPECT_EQ(code(request("PATIENT"), study_root(), true), kBadIdentifier.name);
  EXPECT_EQ(code(request("PATIENT"), patient_root(), false), "");
  EXPECT_EQ(code(request("WARD"), study_root(), true), kBadIdentifier.name);
  dicom::DataSet series = request("SERIES");
  series.set_text({0x0020, 0x000D}, "UI", "1.2");
  EXPECT_EQ(code(series, study_root(), false), "");
  series.set_text({0x0020, 0x000D}, "UI", "1.2\\1.3");
  EXPECT_EQ(code(series, study_root(), false), kBadIdentifier.name);
  EXPECT_FALSE(parse_identifier(std::vector<uint8_t>(7, 0xFF), kExplicit, study_root(), {}).ok());
}

}  // namespace
}  // namespace xinglin::dimse
