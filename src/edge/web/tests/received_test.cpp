// What machines sent, shown to an engineer: pure functions first, then the route, its rights and its trace.
#include "edge/web/detail/received.h"

#include "base/digest.h"
#include "codec/dicom/data_set.h"
#include "edge/web/errors.h"
#include "edge/web/tests/world.h"

namespace xinglin::web {
namespace {

using detail::show_received;
using trust::Role;

std::span<const uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

TEST(ShowReceived, AMessageIsLinesOfText) {
  const auto shown = show_received(bytes_of("MSH|^~\\&|A\rPID|1||王\r\nEVN|A01\n"));
  EXPECT_EQ(shown.form, "text");
  EXPECT_EQ(shown.content, "MSH|^~\\&|A\nPID|1||王\nEVN|A01\n");
  EXPECT_EQ(shown.shown_bytes, 31u);
}

TEST(ShowReceived, LongTextIsCutBetweenCharacters) {
  std::string text(256 * 1024 - 1, 'x');
  text += "王后";
  const auto shown = show_received(bytes_of(text));
  EXPECT_EQ(shown.form, "text");
  EXPECT_EQ(shown.shown_bytes, 256u * 1024 - 1);
}

TEST(ShowReceived, ADicomFileIsTheListOfItsElements) {
  dicom::DataSet item;
  item.set_text({0x0008, 0x0100}, "SH", "11524-6");
  dicom::DataSet data_set;
  data_set.set_text({0x0010, 0x0010}, "PN", "Wang^Xiaoming=王^小明");
  data_set.set_integer({0x0028, 0x0010}, "US", {512});
  data_set.set_text({0x0018, 0x1030}, "LO", std::string(300, 'p'));
  data_set.set_bytes({0x7FE0, 0x0010}, "OW", std::vector<uint8_t>(4096));
  data_set.add_item({0x0040, 0xA043}) = item;
  std::vector<uint8_t> file =
      dicom::write_meta(SopClassUid("1.2.840.10008.5.1.4.1.1.2"), SopInstanceUid("2.25.1"),
                        TransferSyntaxUid("1.2.840.10008.1.2.1"), "CT1");
  const std::vector<uint8_t> body = dicom::write_data_set(data_set);
  file.insert(file.end(), body.begin(), body.end());
  const auto shown = show_received(file);
  EXPECT_EQ(shown.form, "dicom");
  EXPECT_EQ(shown.shown_bytes, file.size());
  for (const std::string_view line :
       {"(0002,0003) UI [2.25.1]\n", "(0010,0010) PN [Wang^Xiaoming=王^小明]\n", "(0040,A043) SQ <1 items>\n",
        "  (0008,0100) SH [11524-6]\n", "(7FE0,0010) OW <4096 bytes>\n"})
    EXPECT_NE(shown.content.find(line), std::string::npos) << line << "\n" << shown.content;
  EXPECT_NE(shown.content.find(std::string(128, 'p') + "…]"), std::string::npos);
}

TEST(ShowReceived, AnythingElseIsHexadecimalAndBounded) {
  const std::vector<uint8_t> odd{0x00, 0xff, 'M',  'S',  'H',  0x80, 0x01, 0x02, 0x03,
                                 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, '!'};
  const auto shown = show_received(odd);
  EXPECT_EQ(shown.form, "hex");
  EXPECT_EQ(shown.content,
            "00000000  00 ff 4d 53 48 80 01 02  03 04 05 06 07 08 09 0a  |..MSH...........|\n"
            "00000010  21                                                |!|\n");
  const auto large = show_received(std::vector<uint8_t>(1 << 20, 0xfe));
  EXPECT_EQ(large.shown_bytes, 16u * 1024);
  EXPECT_EQ(show_received({}).content, "");
}

TEST(Received, AnEngineerReadsWhatCameInAndEachReadingIsRecorded) {
  World world;
  MessageRow row;
  row.id = 1;
  row.ack = "AE";
  world.messages.rows = {row};
  const trust::Access gateway = trust::Access::sender("mllp", "10.0.0.1");
  ASSERT_TRUE(
      world.house.archive->quarantine(gateway, "mllp", bytes_of("PID|no header\r"), Error(kBadBody)).ok());

  Browser engineer = world.signed_in(Role::Integration);
  EXPECT_EQ(at(document(engineer.get("/api/system/messages/1")), "raw"), "MSH|^~\\&|A\nPID|1\n");
  EXPECT_EQ(at(document(engineer.post("/api/system/messages/1/replay")), "ack"), "AA");
  EXPECT_EQ(at(document(engineer.get("/api/system/messages?before=2")), "items.1"), "");
  EXPECT_EQ(engineer.post("/api/system/messages/9/replay").status, 404);
  EXPECT_EQ(world.signed_in(Role::Auditor).post("/api/system/messages/1/replay").status, 403);
  const json::object list = document(engineer.get("/api/system/quarantine"));
  const std::string target = "/api/system/quarantine/" + at(list, "items.0.id");
  const json::object shown = document(engineer.get(target));
  EXPECT_EQ(at(shown, "form"), "text");
  EXPECT_EQ(at(shown, "content"), "PID|no header\n");
  EXPECT_EQ(at(shown, "reason_code"), kBadBody.name);
  const http::ClientResponse file = engineer.get(target + "/file");
  EXPECT_EQ(file.headers.at("content-type"), "application/octet-stream");
  EXPECT_TRUE(file.headers.at("content-disposition").starts_with("attachment"));
  EXPECT_EQ(to_hex(sha256(file.body)), at(list, "items.0.digest"));
  EXPECT_EQ(engineer.get("/api/system/quarantine/999/file").status, 404);
  EXPECT_EQ(engineer.get("/api/system/quarantine/999").status, 404);
  EXPECT_EQ(engineer.get("/api/system/quarantine/one").status, 400);
  EXPECT_EQ(engineer.get("/api/patients").status, 403) << "the record is not theirs to read";
  EXPECT_EQ(world.signed_in(Role::Administrator).get(target).status, 403);

  ASSERT_TRUE(world.house.audit->flush().ok());
  const auto leaves = world.house.audit->leaves(0, 500);
  EXPECT_TRUE(std::any_of(leaves->begin(), leaves->end(), [](const trust::LogLeaf& leaf) {
    return leaf.record.find("user:test-integration") != std::string::npos &&
           leaf.record.find("\"object\":\"Quarantine/") != std::string::npos &&
           leaf.record.find("\"action\":\"read\"") != std::string::npos;
  }));
}

}  // namespace
}  // namespace xinglin::web
