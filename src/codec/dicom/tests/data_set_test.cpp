#include "codec/dicom/data_set.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace xinglin::dicom {
namespace {

constexpr Tag kName{0x0010, 0x0010}, kId{0x0010, 0x0020}, kRows{0x0028, 0x0010}, kSpacing{0x0028, 0x0030};
const TransferSyntaxUid kExplicit{"1.2.840.10008.1.2.1"};

DataSet reread(const DataSet& data_set) {
  auto out = parse_data_set(write_data_set(data_set), kExplicit);
  EXPECT_TRUE(out.ok()) << (out.ok() ? "" : out.error().message());
  return out.ok() ? std::move(*out) : DataSet{};
}

TEST(DataSet, values_of_every_kind_survive_writing_and_reading) {
  DataSet out;
  out.set_text(kId, "LO", "4711");
  out.set_integer(kRows, "US", {512});
  out.set_number(kSpacing, "DS", {0.5, -1.25e-5});
  out.set_integer({0x0020, 0x0013}, "IS", {7});
  out.set_number({0x0018, 0x9087}, "FD", {1000.5});
  out.set_integer({0x0028, 0x0106}, "SS", {-1024});
  out.set_integer({0x0028, 0x0009}, "AT", {0x00181063});
  out.add_item({0x0008, 0x1140}).set_text({0x0008, 0x1155}, "UI", "1.2.3");
  const DataSet in = reread(out);
  EXPECT_EQ(in.text(kId), "4711");
  EXPECT_EQ(in.integer(kRows), 512);
  EXPECT_EQ(in.number(kSpacing, 1), -1.25e-5);
  EXPECT_EQ(in.integer({0x0020, 0x0013}), 7);
  EXPECT_EQ(in.number({0x0018, 0x9087}), 1000.5);
  EXPECT_EQ(in.integer({0x0028, 0x0106}), -1024);
  EXPECT_EQ(in.find({0x0028, 0x0009})->value, (std::vector<uint8_t>{0x18, 0, 0x63, 0x10}));
  ASSERT_EQ(in.items({0x0008, 0x1140}).size(), 1u);
  EXPECT_EQ(in.items({0x0008, 0x1140})[0].text({0x0008, 0x1155}), "1.2.3");
}

TEST(DataSet, an_absent_or_mistyped_value_is_empty_not_a_guess) {
  DataSet data_set;
  data_set.set_text(kSpacing, "DS", "0.5\\abc");
  EXPECT_EQ(data_set.text(kId), "");
  EXPECT_FALSE(data_set.integer(kRows));
  EXPECT_EQ(data_set.number(kSpacing, 0), 0.5);
  EXPECT_FALSE(data_set.number(kSpacing, 1));
  EXPECT_FALSE(data_set.number(kSpacing, 2));
  EXPECT_TRUE(data_set.items(kRows).empty());
}

TEST(DataSet, decimal_strings_keep_to_sixteen_characters) {
  DataSet data_set;
  for (const double value :
       {1.0 / 3.0, -123456.7890123456789, 1e-300, 6.02214076e23, -0.0000123456789012345}) {
    data_set.set_number(kSpacing, "DS", {value});
    EXPECT_LE(data_set.find(kSpacing)->value.size(), 16u);
    EXPECT_NEAR(*data_set.number(kSpacing), value, std::abs(value) * 1e-8);
  }
}

TEST(DataSet, written_lengths_are_even_and_padding_follows_the_vr) {
  DataSet data_set;
  data_set.set_text(kId, "LO", "abc");
  data_set.set_text({0x0008, 0x0018}, "UI", "1.2.3");
  const auto bytes = write_data_set(data_set);
  EXPECT_EQ(bytes.size(), 8u + 6 + 8 + 4);
  EXPECT_EQ(bytes[13], 0);
  EXPECT_EQ(bytes.back(), ' ');
}

TEST(DataSet, text_beyond_ascii_declares_utf8_only_when_needed) {
  DataSet plain;
  plain.set_text(kName, "PN", "Wang^XiaoDong");
  EXPECT_EQ(reread(plain).find({0x0008, 0x0005}), nullptr);
  DataSet chinese;
  chinese.add_item({0x0040, 0xA730}).set_text({0x0040, 0xA160}, "UT", "窦性心律");
  const DataSet in = reread(chinese);
  EXPECT_EQ(in.text({0x0008, 0x0005}), "ISO_IR 192");
  EXPECT_EQ(in.items({0x0040, 0xA730})[0].text({0x0040, 0xA160}), "窦性心律");
}

// PS3.5 K.3 example 1: GB18030; the second byte of a character may be a backslash in other sets, never a
// separator here.
TEST(DataSet, declared_character_sets_are_read_as_utf8) {
  DataSet data_set;
  data_set.set_text({0x0008, 0x0005}, "CS", "GB18030");
  const std::string name = "Wang^XiaoDong=\xCD\xF5^\xD0\xA1\xB6\xAB=";
  data_set.set_bytes(kName, "PN", {name.begin(), name.end()});
  EXPECT_EQ(data_set.text(kName), "Wang^XiaoDong=王^小东=");
  data_set.set_text({0x0008, 0x0005}, "CS", "ISO_IR 100");
  data_set.set_bytes(kName, "PN", {'B', 'u', 'c', 0xE9});
  EXPECT_EQ(data_set.text(kName), "Bucé");
  EXPECT_FALSE(data_set.has_undecodable_text());
  data_set.set_text({0x0008, 0x0005}, "CS", "\\ISO 2022 IR 58");
  const std::string escaped = "Zhang^XiaoDong=\x1b$)A\xD5\xC5^\x1b$)A\xD0\xA1\xB6\xAB=";  // PS3.5 K.2
  data_set.set_bytes(kName, "PN", {escaped.begin(), escaped.end()});
  EXPECT_EQ(data_set.text(kName), "Zhang^XiaoDong=张^小东=");
}

TEST(DataSet, undecodable_text_reads_as_latin1_and_is_flagged) {
  DataSet data_set;
  data_set.set_text({0x0008, 0x0005}, "CS", "ISO_IR 192");
  data_set.set_bytes(kName, "PN", {'A', 0xE9, 'B'});
  EXPECT_EQ(data_set.text(kName), "AéB");
  EXPECT_TRUE(data_set.has_undecodable_text());
}

TEST(DataSet, an_item_inherits_the_character_set_and_keeps_it_when_moved_elsewhere) {
  DataSet outer;
  outer.set_text({0x0008, 0x0005}, "CS", "ISO_IR 100");
  outer.add_item({0x0008, 0x1140}).set_bytes({0x0008, 0x0104}, "LO", {'c', 'a', 'f', 0xE9});
  const DataSet in = reread(outer);
  EXPECT_EQ(in.items({0x0008, 0x1140})[0].text({0x0008, 0x0104}), "café");
  DataSet other;
  other.add_item({0x0008, 0x1140}) = in.items({0x0008, 0x1140})[0];
  EXPECT_EQ(reread(other).items({0x0008, 0x1140})[0].text({0x0008, 0x0104}), "café");
}

TEST(DataSet, setting_text_that_does_not_fit_turns_the_data_set_to_utf8) {
  DataSet data_set;
  data_set.set_text({0x0008, 0x0005}, "CS", "ISO_IR 100");
  data_set.set_bytes(kName, "PN", {'B', 'u', 'c', 0xE9});
  data_set.set_text({0x0008, 0x1030}, "LO", "心电图");
  EXPECT_EQ(data_set.text({0x0008, 0x0005}), "ISO_IR 192");
  EXPECT_EQ(data_set.text(kName), "Bucé");
  EXPECT_EQ(data_set.text({0x0008, 0x1030}), "心电图");
}

TEST(DataSet, a_value_too_long_for_its_vr_is_written_as_unknown) {
  DataSet data_set;
  data_set.set_text({0x0008, 0x1030}, "LO", std::string(70'000, 'x'));
  EXPECT_EQ(reread(data_set).find({0x0008, 0x1030})->vr, "UN");
}

TEST(Uids, form) {
  EXPECT_TRUE(is_valid_uid("1.2.840.10008.1.2"));
  EXPECT_TRUE(is_valid_uid("2.25.0"));
  for (const char* bad : {"", ".", "1.", ".1", "1..2", "1.02", "1.a", "1.2 ", "1.2/3"})
    EXPECT_FALSE(is_valid_uid(bad)) << bad;
  EXPECT_FALSE(is_valid_uid(std::string(65, '1')));
}

TEST(Uids, tables_hold_the_standard) {
  EXPECT_TRUE(is_known_transfer_syntax("1.2.840.10008.1.2.4.201"));
  EXPECT_FALSE(is_known_transfer_syntax("1.2.840.113619.5.2"));
  EXPECT_TRUE(is_storage_class("1.2.840.10008.5.1.4.1.1.9.1.1"));
  EXPECT_FALSE(is_storage_class("1.2.840.10008.1.1"));
  for (const StorageClass& entry : storage_classes()) EXPECT_TRUE(is_valid_uid(entry.uid)) << entry.uid;
  for (const std::string_view uid : known_transfer_syntaxes()) EXPECT_TRUE(is_valid_uid(uid)) << uid;
}

TEST(File, meta_information_names_this_program_and_the_instance) {
  DataSet data_set;
  data_set.set_text({0x0008, 0x0016}, "UI", "1.2.840.10008.5.1.4.1.1.7");
  data_set.set_text({0x0008, 0x0018}, "UI", "2.25.1");
  const auto file = parse_file(write_file(data_set));
  ASSERT_TRUE(file.ok());
  EXPECT_TRUE(file->had_preamble);
  EXPECT_EQ(file->transfer_syntax, kExplicit);
  EXPECT_EQ(file->meta.text({0x0002, 0x0003}), "2.25.1");
  EXPECT_TRUE(is_valid_uid(file->meta.text({0x0002, 0x0012})));
  EXPECT_LE(file->meta.text({0x0002, 0x0013}).size(), 16u);
  EXPECT_EQ(file->meta.integer({0x0002, 0x0000}), static_cast<int64_t>(file->data_set_offset - 132 - 12));
}

}  // namespace
}  // namespace xinglin::dicom
