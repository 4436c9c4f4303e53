// A record with bulk data on a temporary directory; slices are small, so that every job has several.
#pragma once

#include "core/record/tests/record_fixture.h"
#include "service/bulk/bulk.h"
#include "store/blob/blob_store.h"

namespace xinglin::bulk {

class BulkFixture : public record::RecordFixture {
protected:
  BulkFixture() {
    auto opened = blob::BlobStore::open(dir.path("blobs"));
    EXPECT_TRUE(opened.ok());
    blobs = std::move(*opened);
    options.slice_resources = 3;
  }
  void start() {
    bulk = std::make_unique<Bulk>(Bulk::Rooms{*store, *blobs, clock, *audit, *journal, *record}, options);
    bulk->register_jobs();
    journal->start();
  }
  // As after a crash: everything in memory is gone.
  void restart() {
    journal->stop();
    bulk.reset();
    journal = std::make_unique<journal::Journal>(*store, clock, metrics);
    record = std::make_unique<record::Record>(*store, clock, random, *audit, *journal);
    start();
  }
  Job finished(const std::string& id) {
    EXPECT_TRUE(journal->wait_idle(10'000));
    const auto job = bulk->job(access, id);
    EXPECT_TRUE(job.ok()) << job.error().message();
    return job ? *job : Job{};
  }
  std::string text_of(const std::string& id, const File& file) {
    const auto reader = bulk->open_file(access, id, file.number);
    EXPECT_TRUE(reader.ok());
    std::vector<uint8_t> bytes(static_cast<size_t>(file.bytes));
    EXPECT_EQ(*reader->read_at(0, bytes), bytes.size());
    return {bytes.begin(), bytes.end()};
  }
  // "Patient/a Observation/x ...": what all files hold, sorted, each with its version.
  std::string contents(const Job& job) {
    std::vector<std::string> found;
    for (const File& file : job.files) {
      std::istringstream lines(text_of(job.id, file));
      int64_t count = 0;
      for (std::string line; std::getline(lines, line); ++count) {
        const json::object resource = parse(line);
        EXPECT_EQ(json::find_string(resource, "resourceType"), file.type);
        found.push_back(std::string(*json::find_string(resource, "id")) + "@" +
                        std::string(*json::find_string(*json::find_object(resource, "meta"), "versionId")));
      }
      EXPECT_EQ(count, file.resources);
    }
    std::sort(found.begin(), found.end());
    std::string out;
    for (const std::string& one : found) out += (out.empty() ? "" : " ") + one;
    return out;
  }
  void patient(const std::string& id) {
    put(R"({"resourceType":"Patient","id":")" + id + R"(","gender":"female"})");
  }
  void observation(const std::string& id, const std::string& patient, const std::string& code = "8867-4") {
    put(R"({"resourceType":"Observation","id":")" + id +
        R"(","status":"final","code":{"coding":[{"system":"http://loinc.org","code":")" + code +
        R"("}]},"subject":{"reference":"Patient/)" + patient + R"("}})");
  }

  Bulk::Options options;
  std::unique_ptr<blob::BlobStore> blobs;
  std::unique_ptr<Bulk> bulk;
};

}  // namespace xinglin::bulk
