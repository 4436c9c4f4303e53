// All rooms below message intake, on a folder of its own, and the words the tests use.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>

#include "base/digest.h"
#include "base/random.h"
#include "service/intake/message_intake.h"

namespace xinglin::intake {

inline std::string msh(std::string_view type, std::string_view control_id,
                       std::string_view rest = "P|2.5.1") {
  return "MSH|^~\\&|HIS|HOSP|XL|HOSP|20260102030405+0000||" + std::string(type) + "|" +
         std::string(control_id) + "|" + std::string(rest) + "\r";
}
inline std::string pid(std::string_view number, std::string_view family = "Doe") {
  return "PID|1||" + std::string(number) + "^^^HOSP^MR||" + std::string(family) + "^Jane||19700102|F\r";
}
inline std::string oru(std::string_view control_id, std::string_view number, std::string_view filler,
                       std::string_view value, std::string_view status = "F") {
  return msh("ORU^R01^ORU_R01", control_id) + pid(number) + "OBR|1||" + std::string(filler) +
         "^LAB|24321-2^Panel^LN|||20260102030000||||||||||||||||||" + std::string(status) +
         "\rOBX|1|NM|2345-7^Glucose^LN||" + std::string(value) + "|mmol/L|3.9-6.1||||" + std::string(status) +
         "\rOBX|2|NM|2823-3^Potassium^LN||4.1|mmol/L|||||" + std::string(status) + "\r";
}

class IntakeTest : public testing::Test {
protected:
  IntakeTest() {
    folder_ = std::filesystem::temp_directory_path() / ("intake-" + new_uuid(unique_));
    std::filesystem::create_directories(folder_);
    open();
  }
  ~IntakeTest() override {
    close();
    std::error_code code;
    std::filesystem::remove_all(folder_, code);
  }
  void open() {
    store_ = std::move(*sql::Store::open((folder_ / "db").string()));
    blobs_ = std::move(*blob::BlobStore::open((folder_ / "blobs").string()));
    audit_ = std::move(*trust::AuditLog::open(*store_, clock_, folder_.string()));
    journal_ = std::make_unique<journal::Journal>(*store_, clock_, metrics_);
    record_ = std::make_unique<record::Record>(*store_, clock_, random_, *audit_, *journal_);
    identity_ = std::make_unique<identity::Identity>(*record_, clock_, *audit_, *journal_);
    archive_ = std::make_unique<archive::Archive>(
        *store_, *blobs_, clock_, *audit_, *journal_,
        [](sql::Tx&, const trust::Access&, const archive::PatientAttributes&) -> Result<PatientId> {
          return Error(errors::kUnsupported);
        },
        archive::Archive::Limits{});
    intake_ =
        std::make_unique<MessageIntake>(*store_, clock_, *audit_, *journal_, *record_, *identity_, *archive_);
  }
  void close() {
    intake_.reset();
    archive_.reset();
    identity_.reset();
    record_.reset();
    journal_.reset();
    audit_.reset();
    blobs_.reset();
    store_.reset();
  }

  Acknowledgement send(std::string_view message) {
    return intake_->accept(sender_, as_bytes(message), "test:1");
  }
  // "AA", "AE PID^1^3^1^1 101", "AR MSH^1^9^1^1 200": the code and the first error.
  static std::string brief(const Acknowledgement& a) {
    const auto ack = hl7v2::parse_ack(a.bytes);
    if (!ack.ok()) return "unreadable";
    EXPECT_EQ(ack->code, a.code);
    std::string out(hl7v2::to_string(a.code));
    if (!ack->errors.empty())
      out += " " + ack->errors[0].location + " " + std::to_string(ack->errors[0].code);
    return out;
  }
  std::string sent(std::string_view message) { return brief(send(message)); }

  record::SearchResult search(std::string type, std::vector<record::SearchParameter> parameters = {}) {
    record::SearchRequest request;
    request.type = std::move(type);
    request.parameters = std::move(parameters);
    request.count = 1000;
    auto r = record_->search_now(system_, request);
    EXPECT_TRUE(r.ok()) << (r.ok() ? "" : r.error().message());
    return r.ok() ? std::move(*r) : record::SearchResult{};
  }
  size_t count(std::string type) { return search(std::move(type)).matches.size(); }
  json::object only(std::string type) {
    const record::SearchResult found = search(std::move(type));
    EXPECT_EQ(found.matches.size(), 1u);
    if (found.matches.empty()) return {};
    return *found.matches[0].parsed();
  }
  std::optional<PatientId> patient_of(std::string_view number) {
    return *store_->read([&](sql::Session& s) {
      return identity_->find(s, {{identity::system_of_authority("HOSP"), std::string(number)}});
    });
  }
  std::vector<MessageRow> rows() { return *intake_->messages(system_, {}); }
  int64_t events(std::string_view type) {
    int64_t n = 0;
    const auto all = journal_->events_after(0, 1000);
    for (const journal::Event& e : *all) n += e.type == type ? 1 : 0;
    return n;
  }

  SystemRandom unique_;
  SeededRandom random_{3};
  ManualClock clock_{from_civil({2026, 1, 2, 3, 4, 5, 0})};
  Metrics metrics_;
  std::filesystem::path folder_;
  std::unique_ptr<sql::Store> store_;
  std::unique_ptr<blob::BlobStore> blobs_;
  std::unique_ptr<trust::AuditLog> audit_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<record::Record> record_;
  std::unique_ptr<identity::Identity> identity_;
  std::unique_ptr<archive::Archive> archive_;
  std::unique_ptr<MessageIntake> intake_;
  trust::Access sender_ = trust::Access::sender("mllp", "127.0.0.1:5000");
  trust::Access system_ = trust::Access::system("test");
};

}  // namespace xinglin::intake
