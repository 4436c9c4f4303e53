// An archive with a few images, the DICOMweb edge before it, and a server on a free port of the loopback
// interface.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>

#include "codec/dicom/data_set.h"
#include "core/archive/deletion.h"
#include "edge/dicomweb/dicomweb.h"

namespace xinglin::dicomweb {

namespace fs = std::filesystem;

inline dicom::DataSet image(const std::string& instance, const std::string& series = "2.25.20",
                            const std::string& study = "2.25.10") {
  dicom::DataSet out;
  out.set_text({0x0008, 0x0016}, "UI", "1.2.840.10008.5.1.4.1.1.2");
  out.set_text({0x0008, 0x0018}, "UI", instance);
  out.set_text({0x0008, 0x0020}, "DA", "20261122");
  out.set_text({0x0008, 0x0050}, "SH", "A77");
  out.set_text({0x0008, 0x0060}, "CS", "CT");
  out.set_text({0x0010, 0x0010}, "PN", "Wang^XiaoDong=王^小东");
  out.set_text({0x0010, 0x0020}, "LO", "4711");
  out.set_text({0x0020, 0x000D}, "UI", study);
  out.set_text({0x0020, 0x000E}, "UI", series);
  out.set_text({0x0020, 0x0013}, "IS", instance.substr(instance.rfind('.') + 1));
  out.set_integer({0x0028, 0x0002}, "US", {1});
  out.set_text({0x0028, 0x0008}, "IS", "2");
  out.set_integer({0x0028, 0x0010}, "US", {2});
  out.set_integer({0x0028, 0x0011}, "US", {2});
  out.set_integer({0x0028, 0x0100}, "US", {8});
  out.add_item({0x5400, 0x0100}).set_bytes({0x5400, 0x1010}, "OW", std::vector<uint8_t>(2000, 'w'));
  out.set_bytes({0x7FE0, 0x0010}, "OB", {'a', 'b', 'c', 'd', 'A', 'B', 'C', 'D'});
  return out;
}

// The file of image() with its pixel data as two JPEG fragments.
inline std::vector<uint8_t> jpeg_file(const std::string& instance) {
  dicom::DataSet in = image(instance);
  in.erase({0x7FE0, 0x0010});
  auto out = dicom::write_meta(SopClassUid(in.text({0x0008, 0x0016})), SopInstanceUid(instance),
                               TransferSyntaxUid("1.2.840.10008.1.2.4.50"), "");
  const auto rest = dicom::write_data_set(in);
  out.insert(out.end(), rest.begin(), rest.end());
  constexpr std::string_view kPixels(
      "\xE0\x7F\x10\0OB\0\0\xFF\xFF\xFF\xFF"
      "\xFE\xFF\0\xE0\0\0\0\0"
      "\xFE\xFF\0\xE0\4\0\0\0jpg1"
      "\xFE\xFF\0\xE0\4\0\0\0jpg2"
      "\xFE\xFF\xDD\xE0\0\0\0\0",
      12 + 8 + 12 + 12 + 8);
  out.insert(out.end(), kPixels.begin(), kPixels.end());
  return out;
}

class DicomWebTest : public ::testing::Test {
protected:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  void SetUp() override {
    folder = fs::path(::testing::TempDir()) /
             ("xl_dicomweb_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(folder);
    fs::create_directories(folder / "keys");
    store = std::move(*sql::Store::open((folder / "db").string()));
    blobs = std::move(*blob::BlobStore::open((folder / "blobs").string()));
    audit = std::move(*trust::AuditLog::open(*store, clock, (folder / "keys").string()));
    journal = std::make_unique<journal::Journal>(*store, clock, metrics);
    archive = std::make_unique<archive::Archive>(
        *store, *blobs, clock, *audit, *journal,
        [](sql::Tx&, const trust::Access&, const archive::PatientAttributes& attributes)
            -> Result<PatientId> { return PatientId("p-" + attributes.id); },
        archive::Archive::Limits{});
    retrieval = std::make_unique<archive::Retrieval>(*store, *blobs, *audit);
    search = std::make_unique<archive::Search>(*store, *audit);
    deletion = std::make_unique<archive::Deletion>(*store, *blobs, clock, *audit, *journal, metrics,
                                                   archive::Deletion::Options{.rule = rule});
    open({});
  }
  void open(Options options) {
    server.reset();
    router = http::Router();
    options.spool_directory = folder.string();
    edge = std::make_unique<DicomWeb>(
        rooms(),
        [](const http::Request& request) -> Result<trust::Access> {
          if (request.header("authorization") == "Bearer good") return trust::Access::system("test");
          return Error(kWho);
        },
        std::move(options));
    edge->add_routes(router);
    server = std::move(*http::Server::start({.endpoint = {"127.0.0.1", 0}}, router));
    base = "http://" + server->endpoint().str() + "/dicom-web";
  }
  DicomWeb::Rooms rooms() {
    return {*retrieval, *search,
            [this](const trust::Access& access, const archive::Incoming& incoming) {
              return archive->store(access, incoming);
            },
            [this](const trust::Access& access, const archive::Selection& what, const std::string& why) {
              return deletion->remove(access, what, why);
            }};
  }
  void store_file(std::span<const uint8_t> bytes) {
    archive::Incoming in;
    in.data_set = bytes;
    const auto stored = archive->store(trust::Access::system("test"), in);
    ASSERT_TRUE(stored.ok()) << stored.error().message();
  }
  void store_image(const dicom::DataSet& data_set) { store_file(dicom::write_file(data_set)); }

  http::ClientResponse send(http::Method method, std::string target, std::string_view body = {},
                            Headers headers = {}) {
    headers.emplace_back("Authorization", "Bearer good");
    auto answer = http::Client(server->endpoint()).send(method, target, body, headers);
    EXPECT_TRUE(answer.ok()) << answer.error().message();
    return answer ? *answer : http::ClientResponse{};
  }
  http::ClientResponse get(std::string target, std::string accept = "", Headers headers = {}) {
    if (!accept.empty()) headers.emplace_back("Accept", accept);
    return send(http::Method::Get, "/dicom-web" + std::move(target), {}, std::move(headers));
  }
  static json::value body(const http::ClientResponse& response) {
    auto value = json::parse(response.body);
    EXPECT_TRUE(value.ok()) << response.body;
    return value ? *value : json::value();
  }
  static std::string code(const http::ClientResponse& response) {
    const json::value root = body(response);
    const json::value* found = json::at_path(root, "code");
    return std::to_string(response.status) + " " +
           (found ? std::string(std::string_view(found->get_string())) : "<none>");
  }

  static constexpr ErrorCode kWho{"test.who", ErrorKind::Unauthenticated, "sign in first"};
  fs::path folder;
  ManualClock clock{from_civil({2026, 11, 22, 8, 0, 0, 0})};
  Metrics metrics;
  std::unique_ptr<sql::Store> store;
  std::unique_ptr<blob::BlobStore> blobs;
  std::unique_ptr<trust::AuditLog> audit;
  std::unique_ptr<journal::Journal> journal;
  std::unique_ptr<archive::Archive> archive;
  std::unique_ptr<archive::Retrieval> retrieval;
  std::unique_ptr<archive::Search> search;
  archive::RetentionRule rule{.years = 0};
  std::unique_ptr<archive::Deletion> deletion;
  std::unique_ptr<DicomWeb> edge;
  http::Router router;
  std::unique_ptr<http::Server> server;
  std::string base;
};

}  // namespace xinglin::dicomweb
