// How fast resources become durable: time to prepare one Observation, time of one inside the writer's
// transaction, and durable Observations per second with eight callers that write five at a time, as HL7
// results arrive. Prints one line each.
#include <chrono>
#include <iostream>
#include <thread>

#include "core/record/record.h"
#include "store/sql/tests/temp_dir.h"

namespace xinglin {
namespace {

using record::Prepared;

constexpr int kCallers = 8, kRounds = 500, kPerWrite = 5;

json::object observation(int i) {
  static constexpr const char* kCodes[] = {"8867-4", "9279-1", "8480-6", "8462-4", "8310-5"};
  const std::string text =
      R"({"resourceType":"Observation","identifier":[{"system":"urn:oid:1.2.3","value":"obx-)" +
      std::to_string(i) +
      R"("}],"status":"final","category":[{"coding":[{"system":)"
      R"("http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],)"
      R"("code":{"coding":[{"system":"http://loinc.org","code":")" +
      kCodes[i % 5] +
      R"(","display":"Vital sign"}]},"subject":{"reference":"Patient/6f2c1c1e-1111-4222-8333-)" +
      std::to_string(100000000000 + i / 5 % 500) +
      R"("},"encounter":{"reference":"Encounter/6f2c1c1e-1111-4222-8333-200000000000"},)"
      R"("effectiveDateTime":"2026-11-22T06:)" +
      std::to_string(10 + i / 60 % 50) + ":" + std::to_string(10 + i % 50) +
      R"(Z","valueQuantity":{"value":)" + std::to_string(60 + i % 40) +
      R"(,"unit":"/min","system":"http://unitsofmeasure.org","code":"/min"}})";
  return json::parse(text)->as_object();
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void run() {
  const sql::testing::TempDir dir;
  const SystemClock clock;
  SystemRandom random;
  Metrics metrics;
  auto store = std::move(*sql::Store::open(dir.path("bench.db")));
  auto audit = std::move(*trust::AuditLog::open(*store, clock, dir.path()));
  journal::Journal journal(*store, clock, metrics);
  record::Record record(*store, clock, random, *audit, journal);
  const trust::Access access = trust::Access::system("bench");

  constexpr int kTotal = kCallers * kRounds * kPerWrite;
  std::vector<Prepared> prepared;
  std::vector<json::object> parsed;
  for (int i = 0; i < kTotal; ++i) parsed.push_back(observation(i));
  auto start = std::chrono::steady_clock::now();
  for (json::object& object : parsed) {
    IssueSink issues;
    prepared.push_back(std::move(*record.prepare(std::move(object), issues)));
  }
  std::cout << "prepare: " << seconds_since(start) / kTotal * 1e6 << " us each\n";

  std::atomic<int64_t> inside_ns{0};
  start = std::chrono::steady_clock::now();
  std::vector<std::thread> callers;
  for (int c = 0; c < kCallers; ++c)
    callers.emplace_back([&, c] {
      for (int round = 0; round < kRounds; ++round) {
        const int first = (c * kRounds + round) * kPerWrite;
        const auto written = store->write([&](sql::Tx& tx) -> Result<void> {
          const auto begin = std::chrono::steady_clock::now();
          for (int i = first; i < first + kPerWrite; ++i)
            XL_CHECK(record.create(tx, access, prepared[static_cast<size_t>(i)]));
          inside_ns += (std::chrono::steady_clock::now() - begin).count();
          return {};
        });
        if (!written) std::cerr << written.error().message() << "\n";
      }
    });
  for (std::thread& caller : callers) caller.join();
  const double seconds = seconds_since(start);
  std::cout << "inside the transaction: " << static_cast<double>(inside_ns) / 1e3 / kTotal << " us each\n"
            << "durable: " << kTotal / seconds << " Observations/s, " << kTotal / kPerWrite / seconds
            << " writes/s\n";

  for (const auto& [name, request] : std::initializer_list<std::pair<const char*, record::SearchRequest>>{
           {"patient + code + sort",
            {.type = "Observation",
            .parameters = {{"patient", "", "6f2c1c1e-1111-4222-8333-100000000007"},
                           {"code", "", "http://loinc.org|8867-4"}},
            .sort = {"-date"}}},
           {"code, all of them", {.type = "Observation", .parameters = {{"code", "", "8867-4"}}}},
           {"date range",
            {.type = "Observation",
            .parameters = {{"date", "", "ge2026-11-22T06:58"}},
            .sort = {"-date"}}}}) {
    start = std::chrono::steady_clock::now();
    int64_t total = 0;
    for (int i = 0; i < 20; ++i) {
      const auto found = record.search_now(access, request);
      if (!found) std::cerr << found.error().message() << "\n";
      total = found ? found->total : -1;
    }
    std::cout << "search " << name << ": " << seconds_since(start) / 20 * 1e3 << " ms, " << total
              << " matches\n";
  }
}

}  // namespace
}  // namespace xinglin

int main() {
  xinglin::run();
  return 0;
}
