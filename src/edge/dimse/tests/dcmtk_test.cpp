// The receiver against the senders of DCMTK, and with the real archive behind it. Skipped where DCMTK is
// absent.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>

#include "edge/dimse/tests/fixture.h"

namespace xinglin::dimse {
namespace {

namespace fs = std::filesystem;
using test::ScpTest;
using test::small_image;

struct Finished {
  int status = -1;
  std::string output;
};

Finished run(const std::string& command) {
  Finished out;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  std::array<char, 4096> buffer;
  while (pipe != nullptr && fgets(buffer.data(), buffer.size(), pipe) != nullptr) out.output += buffer.data();
  if (pipe != nullptr) out.status = pclose(pipe);
  return out;
}

bool has(const char* program) {
  return run(std::string("command -v ") + program).status == 0;
}

fs::path shared() {
  const char* given = std::getenv("XL_SHARED_DATA");
  return given != nullptr ? fs::path(given) : fs::path(XL_SOURCE_DIR) / "../shared/data";
}

std::vector<uint8_t> read_bytes(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class DcmtkTest : public ScpTest {
protected:
  std::string at() const { return " 127.0.0.1 " + std::to_string(scp->endpoint().port) + " "; }
  fs::path folder() {
    const fs::path out =
        fs::path(::testing::TempDir()) /
        ("xl_dcmtk_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(out);
    fs::create_directories(out);
    return out;
  }
  static void write(const fs::path& path, const std::vector<uint8_t>& bytes) {
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<long>(bytes.size()));
  }
};

TEST_F(DcmtkTest, echoscu_is_answered) {
  if (!has("echoscu")) GTEST_SKIP() << "skipped: no echoscu (dcmtk)";
  start();
  const Finished echo = run("echoscu -v --repeat 3" + at());
  EXPECT_EQ(echo.status, 0) << echo.output;
}

TEST_F(DcmtkTest, wrong_titles_are_told_to_echoscu) {
  if (!has("echoscu")) GTEST_SKIP() << "skipped: no echoscu (dcmtk)";
  Scp::Options options;
  options.called_ae = CalledAe::OnlyOurs;
  start(options);
  const Finished wrong = run("echoscu -v -aec OTHER" + at());
  EXPECT_NE(wrong.status, 0);
  EXPECT_NE(wrong.output.find("Called AE Title Not Recognized"), std::string::npos) << wrong.output;
  EXPECT_EQ(run("echoscu -aec XINGLIN" + at()).status, 0);
}

TEST_F(DcmtkTest, storescu_sends_many_files_over_one_association) {
  if (!has("storescu")) GTEST_SKIP() << "skipped: no storescu (dcmtk)";
  start();
  const fs::path files = folder();
  for (int i = 0; i < 30; ++i)
    write(files / (std::to_string(i) + ".dcm"),
          dicom::write_file(small_image("2.25.10" + std::to_string(i), 100'000)));
  for (const char* syntax : {" -xe", " -xi"}) {
    const Finished store = run("storescu +sd" + std::string(syntax) + at() + files.string());
    EXPECT_EQ(store.status, 0) << store.output;
  }
  const auto all = received();
  ASSERT_EQ(all.size(), 60u);
  const std::map<std::string, int> expected = {{"1.2.840.10008.1.2", 30}, {"1.2.840.10008.1.2.1", 30}};
  std::map<std::string, int> syntaxes;
  for (const auto& one : all) {
    ++syntaxes[one.syntax];
    const auto parsed = dicom::parse_data_set(one.data_set, TransferSyntaxUid(one.syntax));
    ASSERT_TRUE(parsed.ok()) << parsed.error().message();
    EXPECT_EQ(parsed->text({0x0008, 0x0018}), one.sop_instance);
    EXPECT_EQ(parsed->find({0x7FE0, 0x0010})->value, small_image("", 100'000).find({0x7FE0, 0x0010})->value);
  }
  EXPECT_EQ(syntaxes, expected);
}

TEST_F(DcmtkTest, small_pdus_of_the_sender_are_put_together) {
  if (!has("storescu")) GTEST_SKIP() << "skipped: no storescu (dcmtk)";
  start();
  const fs::path file = folder() / "one.dcm";
  write(file, dicom::write_file(small_image("2.25.77", 300'000)));
  EXPECT_EQ(run("storescu --max-send-pdu 4096 -xe" + at() + file.string()).status, 0);
  ASSERT_EQ(received().size(), 1u);
  EXPECT_EQ(received()[0].data_set, dicom::write_data_set(small_image("2.25.77", 300'000)));
}

// dcmsend proposes the transfer syntax each file is in: what arrives is what lies in the file.
TEST_F(DcmtkTest, compressed_files_arrive_as_they_are) {
  if (!has("dcmsend")) GTEST_SKIP() << "skipped: no dcmsend (dcmtk)";
  const fs::path codecs = shared() / "dicom" / "codecs";
  if (!fs::exists(codecs)) GTEST_SKIP() << "skipped: no shared data";
  start();
  std::map<std::string, std::vector<uint8_t>> sent;
  std::string files;
  for (const auto& entry : fs::directory_iterator(codecs)) {
    const auto bytes = read_bytes(entry.path());
    const auto file = dicom::parse_file(bytes);
    if (!file.ok() || !file->had_preamble || entry.path().filename() == "SC_rgb_jpeg.dcm") continue;
    const dicom::Element* pixels = file->data_set.find({0x7FE0, 0x0010});
    if (pixels == nullptr || !sent.emplace(file->data_set.text({0x0008, 0x0018}), pixels->value).second)
      continue;
    files += " '" + entry.path().string() + "'";
  }
  // DCMTK 3.6.7 does not know HTJ2K and deflated frames: it says so and goes on.
  const Finished send = run("dcmsend -dn --no-halt --no-uid-checks" + at() + files);
  std::map<std::string, int> syntaxes;
  for (const auto& one : received()) ++syntaxes[one.syntax];
  EXPECT_GE(syntaxes.size(), 10u) << send.output;
  for (const auto& one : received()) {
    const auto parsed = dicom::parse_data_set(one.data_set, TransferSyntaxUid(one.syntax));
    ASSERT_TRUE(parsed.ok()) << one.syntax << parsed.error().message();
    EXPECT_EQ(parsed->find({0x7FE0, 0x0010})->value, sent[one.sop_instance]) << one.syntax;
  }
  EXPECT_GE(received().size(), sent.size() - 3);
}

TEST_F(DcmtkTest, our_own_sender_sends_every_transfer_syntax_byte_for_byte) {
  const fs::path codecs = shared() / "dicom" / "codecs";
  if (!fs::exists(codecs)) GTEST_SKIP() << "skipped: no shared data";
  start();
  std::map<std::string, std::vector<uint8_t>> files;
  std::vector<Scu::Context> contexts;
  for (const auto& entry : fs::directory_iterator(codecs)) {
    auto bytes = read_bytes(entry.path());
    if (const auto context = Scu::context_of(bytes); context.ok()) {
      contexts.push_back(*context);
      files.emplace(entry.path().filename().string(), std::move(bytes));
    }
  }
  auto scu = Scu::associate(to(), contexts, clock);
  ASSERT_TRUE(scu.ok()) << scu.error().message();
  std::map<std::string, int> syntaxes;
  for (const auto& [name, bytes] : files) {
    const auto stored = scu->store(bytes);
    ASSERT_TRUE(stored.ok()) << name << stored.error().message();
    const auto last = received().back();
    ++syntaxes[last.syntax];
    EXPECT_TRUE(std::equal(last.data_set.rbegin(), last.data_set.rend(), bytes.rbegin())) << name;
  }
  EXPECT_GE(syntaxes.size(), 15u);
}

}  // namespace
}  // namespace xinglin::dimse
