#include <sstream>

#include "service/bulk/tests/bulk_fixture.h"

namespace xinglin::bulk {
namespace {

class ImportTest : public BulkFixture {
protected:
  static std::string lines(int from, int to) {
    std::string out;
    for (int i = from; i < to; ++i)
      out += R"({"resourceType":"Patient","id":"p)" + std::to_string(i) + "\"}\n";
    return out;
  }
  void serve_files() {
    options.fetch = [this](
                        const std::string& url,
                        const std::function<Result<void>(std::span<const uint8_t>)>& take) -> Result<void> {
      const auto file = files.find(url);
      if (file == files.end()) return Error(errors::kInvalid, "nothing there");
      return take(as_bytes(file->second));
    };
    options.may_fetch = [](const std::string& url) -> Result<void> {
      return url.starts_with("https://ours/") ? Result<void>() : Error(kNotOffered, "not from there");
    };
  }
  int64_t patients() { return search("Patient", {})->total; }
  std::map<std::string, std::string> files;
};

TEST_F(ImportTest, StoresAnUploadedFile) {
  start();
  const auto upload = bulk->begin_upload(access);
  ASSERT_TRUE(upload.ok());
  const std::string text = lines(0, 1200) + "{\n" + lines(1200, 1300);
  for (size_t at = 0; at < text.size(); at += 1000)
    ASSERT_TRUE((*upload)->write(as_bytes(std::string_view(text).substr(at, 1000))).ok());
  const auto id = bulk->start_import(access, **upload, "Patient", "http://x/import");
  ASSERT_TRUE(id.ok()) << id.error().message();
  const Job job = finished(*id);
  EXPECT_EQ(job.state, "done");
  EXPECT_EQ(job.resources, 1300);
  EXPECT_EQ(job.refused, 1);
  EXPECT_EQ(patients(), 1300);
  const auto told = bulk->error_lines(access, *id);
  ASSERT_TRUE(told.ok());
  EXPECT_NE(told->find("input 1, line 1201"), std::string::npos) << *told;
}

TEST_F(ImportTest, ReadsTheFilesOfAManifest) {
  serve_files();
  start();
  files["https://ours/1"] = lines(0, 10);
  files["https://ours/2"] = lines(5, 15);
  const auto id =
      bulk->start_import(access, {{"Patient", "https://ours/1"}, {"", "https://ours/2"}}, "http://x/import");
  ASSERT_TRUE(id.ok()) << id.error().message();
  EXPECT_EQ(finished(*id).state, "done");
  EXPECT_EQ(patients(), 15);
}

TEST_F(ImportTest, AFileThatCannotBeHadEndsTheJobWithTheReason) {
  serve_files();
  start();
  const auto id = bulk->start_import(access, {{"Patient", "https://ours/none"}}, "http://x/import");
  ASSERT_TRUE(id.ok());
  const Job job = finished(*id);
  EXPECT_EQ(job.state, "failed");
  EXPECT_EQ(job.error, "nothing there");
}

TEST_F(ImportTest, RefusesAddressesAndTypesAtTheStart) {
  serve_files();
  start();
  const auto refused = [&](const ImportInput& input) {
    const auto id = bulk->start_import(access, {input}, "");
    return id.ok() ? std::string("accepted") : std::string(id.error().code().name);
  };
  EXPECT_EQ(refused({"Patient", "https://theirs/1"}), "bulk.not-offered");
  EXPECT_EQ(refused({"Nonsense", "https://ours/1"}), "bulk.bad-request");
  EXPECT_EQ(
      bulk->start_import(trust::Access::peer("dimse", "X"), {{"", "https://ours/1"}}, "").error().kind(),
      ErrorKind::Denied);
}

TEST_F(ImportTest, ASecondRunOfTheSameContentChangesNothing) {
  serve_files();
  start();
  files["https://ours/1"] = lines(0, 700);
  for (int round = 0; round < 2; ++round) {
    const auto id = bulk->start_import(access, {{"Patient", "https://ours/1"}}, "");
    ASSERT_TRUE(id.ok());
    EXPECT_EQ(finished(*id).resources, 700);
    clock.advance(kMinuteUs);
  }
  EXPECT_EQ(record->read_now(access, "Patient", "p3")->version, 1);
}

}  // namespace
}  // namespace xinglin::bulk
