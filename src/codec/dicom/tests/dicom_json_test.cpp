#include "codec/dicom/dicom_json.h"

#include <gtest/gtest.h>

#include <limits>

namespace xinglin::dicom {
namespace {

// Forms as in PS3.18 F.4, the example of a query result.
TEST(DicomJson, values_take_the_form_of_the_standard) {
  DataSet in;
  in.set_text({0x0010, 0x0010}, "PN", "Wang^XiaoDong=王^小东");
  in.set_text({0x0008, 0x0061}, "CS", "CT\\PET");
  in.set_integer({0x0020, 0x1206}, "IS", {4});
  in.set_number({0x0028, 0x0030}, "DS", {0.5, 0.25});
  in.set_integer({0x0028, 0x0010}, "US", {512});
  in.set_integer({0x0028, 0x0009}, "AT", {0x00181063});
  in.set_text({0x0008, 0x0050}, "SH", "");
  in.set_bytes({0x0009, 0x1002}, "UN", {'z', '0', 'x', '9'});
  in.add_item({0x0008, 0x1140}).set_text({0x0008, 0x1155}, "UI", "1.2");
  EXPECT_EQ(json::value(to_json(in)), *json::parse(R"({
    "00080050":{"vr":"SH"},
    "00080061":{"vr":"CS","Value":["CT","PET"]},
    "00081140":{"vr":"SQ","Value":[{"00081155":{"vr":"UI","Value":["1.2"]}}]},
    "00091002":{"vr":"UN","InlineBinary":"ejB4OQ=="},
    "00100010":{"vr":"PN","Value":[{"Alphabetic":"Wang^XiaoDong","Ideographic":"王^小东"}]},
    "00201206":{"vr":"IS","Value":[4]},
    "00280009":{"vr":"AT","Value":["00181063"]},
    "00280010":{"vr":"US","Value":[512]},
    "00280030":{"vr":"DS","Value":[0.5,0.25]}})"));
}

TEST(DicomJson, long_values_are_named_and_long_sequences_cut) {
  DataSet in;
  in.set_bytes({0x0042, 0x0011}, "OB", std::vector<uint8_t>(2000));
  in.set_bytes({0x7FE0, 0x0010}, "OW", std::vector<uint8_t>(4));
  for (int i = 0; i < 10; ++i) in.add_item({0x0008, 0x1140});
  JsonOptions options;
  options.items_max = 3;
  const json::object out = to_json(in, options);
  EXPECT_EQ(json::serialize(*json::find(out, "00420011")), R"({"vr":"OB","BulkDataURI":"00420011"})");
  EXPECT_EQ(json::serialize(*json::find(out, "7FE00010")), R"({"vr":"OW","BulkDataURI":"7FE00010"})");
  EXPECT_EQ(json::find_array(*json::find_object(out, "00081140"), "Value")->size(), 3u);
}

TEST(DicomJson, a_bulk_value_is_found_by_its_path) {
  DataSet in;
  in.add_item({0x5400, 0x0100});
  in.add_item({0x5400, 0x0100}).set_bytes({0x5400, 0x1010}, "OW", std::vector<uint8_t>(2000, 7));
  const json::value out = to_json(in);
  const json::value* bulk = json::at_path(out, "54000100.Value.1.54001010.BulkDataURI");
  ASSERT_NE(bulk, nullptr);
  EXPECT_EQ(*bulk, "54000100/2/54001010");
  const Element* found = find_bulk(in, "54000100/2/54001010");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->value.size(), 2000u);
  for (const char* wrong :
       {"", "5400010", "54000100", "54000100/0/54001010", "54000100/3/54001010", "54000100/2", "54000100/2/",
        "54000100/x/54001010", "54000100/1/54001010", "/", "../../etc"})
    EXPECT_EQ(find_bulk(in, wrong), nullptr) << wrong;
}

TEST(DicomJson, what_is_no_number_is_null) {
  DataSet in;
  in.set_number({0x0018, 0x9087}, "FD", {std::numeric_limits<double>::infinity(), 2.5});
  EXPECT_EQ(json::serialize(*json::find(to_json(in), "00189087")), R"({"vr":"FD","Value":[null,2.5]})");
}

}  // namespace
}  // namespace xinglin::dicom
