// A record, a schedule and performed steps over a temporary store, for the tests of this room.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>

#include "codec/fhir/imaging_order.h"
#include "core/procedure/performed.h"
#include "core/procedure/schedule.h"

namespace xinglin::procedure::test {

class HouseTest : public ::testing::Test {
protected:
  void SetUp() override {
    namespace fs = std::filesystem;
    folder_ =
        fs::path(::testing::TempDir()) /
        ("xl_procedure_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "keys");
    store = std::move(*sql::Store::open((folder_ / "db").string()));
    audit = std::move(*trust::AuditLog::open(*store, clock, (folder_ / "keys").string()));
    journal = std::make_unique<journal::Journal>(*store, clock, metrics);
    record = std::make_unique<record::Record>(*store, clock, random, *audit, *journal);
    schedule = std::make_unique<Schedule>(*store, *record, *audit, *journal);
    performed = std::make_unique<Performed>(*store, clock, random, *audit, *journal);
  }
  void TearDown() override {
    journal->stop();
    performed.reset();
    schedule.reset();
    record.reset();
    journal.reset();
    audit.reset();
    store.reset();
    std::filesystem::remove_all(folder_);
  }
  void patient(const std::string& id, const std::string& family, const std::string& given,
               const std::string& number) {
    put({{"resourceType", "Patient"},
         {"id", id},
         {"name", json::array{json::object{{"family", family}, {"given", json::array{given}}}}},
         {"identifier",
          json::array{json::object{{"system", "urn:xinglin:issuer:HOSPITAL"}, {"value", number}}}},
         {"birthDate", "1959-03-14"},
         {"gender", "female"}});
  }
  void order(const std::string& id, const std::string& patient_id, const fhir::ImagingOrder& said,
             const std::string& status = "active") {
    json::object r{{"resourceType", "ServiceRequest"},
                   {"id", id},
                   {"status", status},
                   {"intent", "order"},
                   {"code", json::object{{"text", "CT of the head"}}},
                   {"subject", json::object{{"reference", "Patient/" + patient_id}}}};
    fhir::write_imaging_order(r, said);
    put(std::move(r));
  }
  void put(json::object resource) {
    IssueSink issues;
    const auto done = record->update_now(system, std::move(resource), issues);
    ASSERT_TRUE(done.ok()) << done.error().message();
  }
  static fhir::ImagingOrder head(const std::string& start = "2026-11-22T08:30:00+08:00") {
    return {.accession_number = "A1",
            .placer_number = "P1",
            .requested_procedure_id = "RP1",
            .step_id = "SPS1",
            .study_instance_uid = "1.2.3",
            .modality = "CT",
            .station_ae_title = "CT1",
            .start = start};
  }
  // Accession numbers of what matches, over all pages.
  std::vector<std::string> steps(const std::vector<archive::SearchKey>& keys, int64_t limit = 100) {
    std::vector<std::string> out;
    std::string after;
    do {
      const auto page = schedule->find(modality, keys, false, limit, after);
      if (!page.ok()) return {std::string(page.error().code().name)};
      for (const json::object& row : page->rows)
        out.emplace_back(row.at("00080050").get_object().at("Value").get_array().front().get_string());
      after = page->next;
    } while (!after.empty());
    return out;
  }

  ManualClock clock{from_civil({2026, 11, 22, 8, 0, 0, 0})};
  SystemRandom random;
  Metrics metrics;
  std::unique_ptr<sql::Store> store;
  std::unique_ptr<trust::AuditLog> audit;
  std::unique_ptr<journal::Journal> journal;
  std::unique_ptr<record::Record> record;
  std::unique_ptr<Schedule> schedule;
  std::unique_ptr<Performed> performed;
  const trust::Access system = trust::Access::system("test");
  const trust::Access modality = trust::Access::peer("dimse", "CT1@10.0.0.7");
  const trust::Access sender = trust::Access::sender("dimse", "CT1@10.0.0.7");

private:
  std::filesystem::path folder_;
};

}  // namespace xinglin::procedure::test
