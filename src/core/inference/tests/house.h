// The rooms that inference works with on temporary storage, and an application whose behaviour each test
// sets. The clock stands still; the journal is started by start().
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <mutex>

#include "codec/fhir/build.h"
#include "core/inference/inference.h"
#include "core/trust/authenticator.h"
#include "store/sql/tests/temp_dir.h"

namespace xinglin::inference::testing_house {

using Behaviour = std::function<Result<Findings>(const Case&, RunContext&)>;

// What the applications of the running test do. An application is made by a plain function, so this is shared
// by name.
struct Script {
  static std::mutex& mutex() {
    static std::mutex m;
    return m;
  }
  static Behaviour& behaviour() {
    static Behaviour b;
    return b;
  }
};

class Scripted final : public Application {
public:
  Result<Findings> run(const Case& input, RunContext& context) const override {
    Behaviour behaviour;
    {
      std::lock_guard lock(Script::mutex());
      behaviour = Script::behaviour();
    }
    return behaviour(input, context);
  }
};

inline const Code kHeartRate{"http://loinc.org", "8867-4", "Heart rate"};

// The rate of the newest Observation, high above 100, with a request to the ward above 130.
inline Result<Findings> judge_rate(const Case& input, RunContext&) {
  Findings f;
  Finding rate;
  rate.code = {"http://loinc.org", "76282-3", "Heart rate.beat-to-beat by EKG"};
  rate.unit = "/min";
  rate.reference = Interval{60, 100};
  rate.method = "newest value";
  if (input.observations.empty()) {
    rate.state = FindingState::CannotTell;
    rate.reason = "no heart rate is recorded";
    f.items.push_back(rate);
    f.summary_en = "cannot tell";
    f.summary_zh = "无法判断";
    return f;
  }
  const double value =
      json::at_path(json::value(input.observations.front()), "valueQuantity.value")->to_number<double>();
  rate.value = value;
  rate.flag = value > 100 ? "H" : "N";
  f.items.push_back(rate);
  f.summary_en = "rate " + std::to_string(static_cast<int>(value));
  f.summary_zh = "心率 " + std::to_string(static_cast<int>(value));
  f.flag = value > 130 ? "AA" : value > 100 ? "A" : "N";
  f.risk =
      Risk{{"http://snomed.info/sct", "3424008", "Tachycardia"}, {"urn:test", "high", "high"}, "fast", "快"};
  if (value > 130)
    f.escalation = Escalation{"stat", "See the patient now.", "立即查看患者。", "", 30 * kMinuteUs};
  f.evidence = {{"rate", value}, {"previous", static_cast<int64_t>(input.previous.size())}};
  return f;
}

inline constexpr std::string_view kRateManifest = R"([application]
id = "rate"
version = "1.0.0"
kind = "native"
[application.name]
en = "Rate"
zh = "心率"
[application.intended_use]
en = "Tests."
zh = "测试。"
[[trigger]]
event = "record.observation-created"
where = 'codes intersects ["http://loinc.org|8867-4"]'
per = "patient"
[inputs]
observations = {codes = ["http://loinc.org|8867-4"], hours = 24, count_max = 10}
previous_results = 3
[limits]
time_ms = 2000
[outputs]
objects = ["Observation", "DiagnosticReport", "RiskAssessment", "Task"]
supersedes = true
report_code = {system = "http://loinc.org", code = "11524-6", display = "EKG study"}
)";

inline NativeApplication scripted(std::string_view manifest) {
  return {manifest, []() -> std::unique_ptr<Application> { return std::make_unique<Scripted>(); }};
}

class House : public ::testing::Test {
protected:
  void SetUp() override {
    behave(judge_rate);
    store = sql::Store::open(dir.path("t.db")).value();
    audit = trust::AuditLog::open(*store, clock, dir.path()).value();
    people = std::make_unique<trust::Authenticator>(*store, clock, random, *audit,
                                                    trust::Authenticator::Options{});
    blobs = blob::BlobStore::open(dir.path("blobs")).value();
    journal = std::make_unique<journal::Journal>(*store, clock, metrics);
    record = std::make_unique<record::Record>(*store, clock, random, *audit, *journal);
    archive = std::make_unique<archive::Archive>(
        *store, *blobs, clock, *audit, *journal,
        [](sql::Tx&, const trust::Access&, const archive::PatientAttributes&) -> Result<PatientId> {
          return PatientId("p1");
        },
        archive::Archive::Limits{});
    IssueSink issues;
    ASSERT_TRUE(record
                    ->update_now(system,
                                 {{"resourceType", "Patient"},
                                  {"id", "p1"},
                                  {"gender", "female"},
                                  {"birthDate", "1959-04-02"},
                                  {"name", json::array{{{"family", "Secret"}}}}},
                                 issues)
                    .ok());
  }
  void TearDown() override {
    if (inference) inference->stop();
    if (started) journal->stop();
  }

  static void behave(Behaviour b) {
    std::lock_guard lock(Script::mutex());
    Script::behaviour() = std::move(b);
  }
  void start(std::string_view manifest = kRateManifest) { start_with(scripted(manifest)); }
  void start_with(const NativeApplication& application) {
    auto made = Inference::create({*store, *record, *archive, *journal, *audit, clock, metrics},
                                  {&application, 1}, {});
    ASSERT_TRUE(made.ok()) << made.error().message();
    inference = std::move(*made);
    journal->start();
    started = true;
  }
  void settle() { ASSERT_TRUE(journal->wait_idle(20'000)); }

  record::Resource add_rate(double value, std::string_view id, int64_t minutes = 0,
                            std::string_view loinc = "8867-4") {
    json::object o = fhir::resource("Observation");
    o["id"] = id;
    o["status"] = "final";
    o["code"] = fhir::concept_of(fhir::kLoinc, loinc);
    o["subject"] = fhir::reference("Patient", "p1");
    o["effectiveDateTime"] = format_rfc3339(clock.now() + minutes * kMinuteUs);
    o["valueQuantity"] = fhir::quantity(value, "/min", "/min");
    IssueSink issues;
    auto made = record->update_now(system, std::move(o), issues);
    EXPECT_TRUE(made.ok()) << made.error().message();
    return made.ok() ? std::move(*made) : record::Resource{};
  }
  std::vector<json::object> results(std::vector<State> states = {State::Published},
                                    Superseded superseded = Superseded::Show) {
    ListRequest request;
    request.states = std::move(states);
    request.superseded = superseded;
    request.order = Order::Newest;
    return inference->results().list(clinician(), request).value().results;
  }
  json::object only_result() {
    const auto list = results({});
    EXPECT_EQ(list.size(), 1u);
    if (list.empty()) return {};
    return inference->results().get(clinician(), id_of(list.front())).value();
  }
  static InferenceId id_of(const json::object& result) {
    return InferenceId(std::string(*json::find_string(result, "id")));
  }
  json::object read(std::string_view reference) {
    const size_t slash = reference.find('/');
    auto resource = record->read_now(system, reference.substr(0, slash), reference.substr(slash + 1));
    EXPECT_TRUE(resource.ok()) << reference << ": " << (resource.ok() ? "" : resource.error().message());
    return resource.ok() ? resource->parsed().value() : json::object{};
  }
  std::string reference(const json::object& result, std::string_view which) {
    return std::string(*json::find_string(*json::find_object(result, "references"), which));
  }
  int64_t count_of(std::string type) {
    record::SearchRequest request;
    request.type = std::move(type);
    request.count_only = true;
    return record->search_now(system, request).value().total;
  }
  size_t events_of(std::string_view type) {
    size_t n = 0;
    const std::vector<journal::Event> events = journal->events_after(0, 10'000).value();
    for (const journal::Event& e : events) n += e.type == type ? 1 : 0;
    return n;
  }
  trust::Access access_of(trust::Role role) {
    return *people->from_token(people->issue_token(system, role, kDayUs, trust::to_string(role)).value());
  }
  trust::Access clinician() { return access_of(trust::Role::Clinician); }

  sql::testing::TempDir dir;
  ManualClock clock{parse_fhir_time("2026-03-01T12:00:00Z")->first};
  SeededRandom random{7};
  Metrics metrics;
  const trust::Access system = trust::Access::system("test");
  std::unique_ptr<sql::Store> store;
  std::unique_ptr<trust::AuditLog> audit;
  std::unique_ptr<trust::Authenticator> people;
  std::unique_ptr<blob::BlobStore> blobs;
  std::unique_ptr<journal::Journal> journal;
  std::unique_ptr<record::Record> record;
  std::unique_ptr<archive::Archive> archive;
  std::unique_ptr<Inference> inference;
  bool started = false;
};

}  // namespace xinglin::inference::testing_house
