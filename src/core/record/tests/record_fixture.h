// A record on a temporary store with a clock that stands still.
#pragma once

#include <gtest/gtest.h>

#include "codec/fhir/build.h"
#include "core/record/record.h"
#include "store/sql/tests/temp_dir.h"

namespace xinglin::record {

class RecordFixture : public testing::Test {
protected:
  RecordFixture() {
    auto opened = sql::Store::open(dir.path("record.db"));
    EXPECT_TRUE(opened.ok()) << opened.error().message();
    store = std::move(*opened);
    auto log = trust::AuditLog::open(*store, clock, dir.path());
    EXPECT_TRUE(log.ok()) << log.error().message();
    audit = std::move(*log);
    journal = std::make_unique<journal::Journal>(*store, clock, metrics);
    record = std::make_unique<Record>(*store, clock, random, *audit, *journal);
  }

  static json::object parse(std::string_view text) { return json::parse(text)->as_object(); }
  Resource create(std::string_view text) {
    IssueSink issues;
    auto created = record->create_now(access, parse(text), issues);
    EXPECT_TRUE(created.ok()) << created.error().message()
                              << (issues.issues().empty() ? "" : issues.issues().front().path);
    return created ? *created : Resource{};
  }
  Result<SearchResult> search(std::string type, std::vector<SearchParameter> parameters,
                              std::vector<std::string> sort = {}) {
    SearchRequest request;
    request.type = std::move(type);
    request.parameters = std::move(parameters);
    request.sort = std::move(sort);
    return record->search_now(access, request);
  }
  static std::string ids(const Result<SearchResult>& result) {
    if (!result) return "error: " + std::string(result.error().code().name);
    std::string out;
    for (const Resource& r : result->matches) out += (out.empty() ? "" : ",") + r.id;
    return out;
  }
  Resource put(std::string_view text) {
    IssueSink issues;
    auto updated = record->update_now(access, parse(text), issues);
    EXPECT_TRUE(updated.ok()) << updated.error().message()
                              << (issues.issues().empty() ? "" : issues.issues().front().path);
    return updated ? *updated : Resource{};
  }

  sql::testing::TempDir dir;
  ManualClock clock{parse_fhir_time("2026-11-22T06:10:00Z")->first};
  SeededRandom random{1};
  Metrics metrics;
  trust::Access access = trust::Access::system("test");
  std::unique_ptr<sql::Store> store;
  std::unique_ptr<trust::AuditLog> audit;
  std::unique_ptr<journal::Journal> journal;
  std::unique_ptr<Record> record;
};

}  // namespace xinglin::record
