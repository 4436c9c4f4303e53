// How long searches take in a large record: generated patients with encounters, conditions and observations
// are stored, then each kind of search is put many times with other values. Prints p50, p99 and the worst of
// each kind and of all together. Argument: how many resources (default 100,000).
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>

#include "core/record/record.h"
#include "store/sql/tests/temp_dir.h"

namespace xinglin {
namespace {

using record::SearchParameter;
using record::SearchRequest;
using Clocks = std::chrono::steady_clock;

constexpr size_t kPerPatient = 100;  // 1 patient, 9 encounters, 10 conditions, 80 observations
constexpr int kRounds = 200;

double milliseconds_since(Clocks::time_point start) {
  return std::chrono::duration<double>(Clocks::now() - start).count() * 1e3;
}

class Ward {
public:
  explicit Ward(uint64_t seed) : dice_(seed) {}
  size_t below(size_t n) { return static_cast<size_t>(dice_.below(n)); }
  std::string date() {
    const auto two = [](size_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    return std::to_string(2010 + below(16)) + "-" + two(1 + below(12)) + "-" + two(1 + below(28));
  }
  std::string code() {  // some codes are common, most are rare
    const size_t n = below(100);
    return "c" + std::to_string(n < 50 ? n % 5 : n < 90 ? 5 + below(45) : 50 + below(350));
  }
  std::string name() {
    static constexpr const char* kParts[] = {"wa", "li", "zha", "che", "mu", "ro", "ti", "ka", "so", "ne"};
    std::string out = "F";
    for (int i = 0; i < 3; ++i) out += kParts[below(10)];
    return out;
  }
  std::string patient(size_t p) {
    return R"({"resourceType":"Patient","id":")" + id(p) +
           R"(","identifier":[{"system":"urn:mrn","value":"m)" + std::to_string(p) + R"("}],"gender":")" +
           (below(2) ? "male" : "female") + R"(","birthDate":")" + std::to_string(1930 + below(90)) +
           R"(-05-1)" + std::to_string(below(10)) + R"(","name":[{"family":")" + name() + R"(","given":[")" +
           name() + R"("]}],"address":[{"city":")" + name() + R"("}]})";
  }
  static std::string id(size_t p) { return "0192aaaa-1111-7222-8333-" + std::to_string(100'000'000'000 + p); }
  std::string about(size_t p) { return R"("subject":{"reference":"Patient/)" + id(p) + R"("}})"; }
  std::string encounter(size_t p, size_t n) {
    const std::string day = date();
    return R"({"resourceType":"Encounter","id":"e)" + std::to_string(p * 16 + n) +
           R"(","status":"finished","class":{"system":"urn:class","code":"AMB"},"period":{"start":")" + day +
           R"(T08:00:00Z","end":")" + day + R"(T09:00:00Z"},)" + about(p);
  }
  std::string condition(size_t p) {
    return R"({"resourceType":"Condition","clinicalStatus":{"coding":[{"code":"active"}]},"code":{"coding":[)"
           R"({"system":"urn:dx","code":")" +
           code() + R"(","display":"A disease"}],"text":"A disease"},"onsetDateTime":")" + date() + R"(",)" +
           about(p);
  }
  std::string observation(size_t p) {
    return R"({"resourceType":"Observation","status":"final","category":[{"coding":[{"system":"urn:cat",)"
           R"("code":"laboratory"}]}],"code":{"coding":[{"system":"http://loinc.org","code":")" +
           code() + R"(","display":"A test"}],"text":"A test"},"encounter":{"reference":"Encounter/e)" +
           std::to_string(p * 16 + below(9)) + R"("},"effectiveDateTime":")" + date() + R"(T10:)" +
           std::to_string(10 + below(50)) + R"(:00Z","issued":")" + date() +
           R"(T11:00:00Z","valueQuantity":{"value":)" + std::to_string(below(1000)) + "." +
           std::to_string(below(10)) +
           R"(,"unit":"mg/dL","system":"http://unitsofmeasure.org","code":"mg/dL"},)" + about(p);
  }

private:
  SeededRandom dice_;
};

Result<void> fill(record::Record& record, sql::Store& store, const trust::Access& access, Ward& ward,
                  size_t patients) {
  for (size_t p = 0; p < patients; ++p) {
    std::vector<std::string> texts{ward.patient(p)};
    for (size_t n = 0; n < 9; ++n) texts.push_back(ward.encounter(p, n));
    for (size_t n = 0; n < 10; ++n) texts.push_back(ward.condition(p));
    while (texts.size() < kPerPatient) texts.push_back(ward.observation(p));
    std::vector<record::Prepared> prepared;
    for (const std::string& text : texts) {
      IssueSink issues;
      record::WriteOptions options;
      options.validate = false;
      XL_TRY(json::value parsed, json::parse(text));
      XL_TRY(record::Prepared one, record.prepare(std::move(parsed.as_object()), issues, options));
      prepared.push_back(std::move(one));
    }
    const auto all = [&](sql::Tx& tx) -> Result<void> {
      for (const record::Prepared& one : prepared) XL_CHECK(record.create(tx, access, one));
      return {};
    };
    XL_CHECK(store.write(all));
  }
  return {};
}

using Question = std::function<SearchRequest()>;

std::map<std::string, Question> questions(Ward& ward, size_t patients) {
  const auto some = [&ward, patients] { return Ward::id(ward.below(patients)); };
  const auto of = [](std::string type, std::vector<SearchParameter> parameters,
                     std::vector<std::string> sort = {}) {
    SearchRequest out{.type = std::move(type), .parameters = std::move(parameters), .sort = std::move(sort)};
    out.count = 20;
    return out;
  };
  const auto coded = [&ward] { return "http://loinc.org|" + ward.code(); };
  std::map<std::string, Question> out;
  out["patient by identifier"] = [=, &ward] {
    return of("Patient", {{"identifier", "", "urn:mrn|m" + std::to_string(ward.below(patients))}});
  };
  out["patients by name"] = [=, &ward] { return of("Patient", {{"name", "", ward.name().substr(0, 6)}}); };
  out["patients by name and gender, sorted"] = [=, &ward] {
    return of("Patient", {{"family", "", ward.name().substr(0, 3)}, {"gender", "", "male"}}, {"family"});
  };
  out["newest of a patient"] = [=] { return of("Observation", {{"patient", "", some()}}, {"-date"}); };
  out["patient and code"] = [=] {
    return of("Observation", {{"patient", "", some()}, {"code", "", coded()}}, {"-date"});
  };
  out["code, newest"] = [=] { return of("Observation", {{"code", "", coded()}}, {"-date"}); };
  out["code in a month"] = [=, &ward] {
    const std::string month = ward.date().substr(0, 7);
    return of("Observation", {{"code", "", coded()}, {"date", "", "ge" + month}, {"date", "", "le" + month}});
  };
  out["code and amount"] = [=] {
    return of("Observation",
              {{"code", "", coded()}, {"value-quantity", "", "gt990|http://unitsofmeasure.org|mg/dL"}});
  };
  out["chain to a name"] = [=, &ward] {
    return of("Observation", {{"patient.name", "", ward.name().substr(0, 6)}, {"code", "", coded()}});
  };
  out["_has a rare code"] = [=, &ward] {
    return of("Patient",
              {{"_has", "Condition:patient:code", "urn:dx|c" + std::to_string(50 + ward.below(350))}});
  };
  out["encounters of a day"] = [=, &ward] { return of("Encounter", {{"date", "", ward.date()}}, {"date"}); };
  out["disease with its patients"] = [=, &ward] {
    SearchRequest one = of("Condition", {{"code", "", "urn:dx|c" + std::to_string(5 + ward.below(300))}});
    one.includes = {{"Condition:subject"}};
    return one;
  };
  return out;
}

void report(const std::string& name, std::vector<double> times) {
  std::sort(times.begin(), times.end());
  std::cout << name << ": p50 " << times[times.size() / 2] << " ms, p99 " << times[times.size() * 99 / 100]
            << " ms, worst " << times.back() << " ms\n";
}

int run(size_t resources) {
  const sql::testing::TempDir dir;
  const SystemClock clock;
  SystemRandom random;
  Metrics metrics;
  auto store = std::move(*sql::Store::open(dir.path("bench.db"), {.throwaway = true}));
  auto audit = std::move(*trust::AuditLog::open(*store, clock, dir.path()));
  journal::Journal journal(*store, clock, metrics);
  record::Record record(*store, clock, random, *audit, journal);
  const trust::Access access = trust::Access::system("bench");
  Ward ward(1);
  const size_t patients = std::max<size_t>(1, resources / kPerPatient);
  const auto start = Clocks::now();
  if (const auto filled = fill(record, *store, access, ward, patients); !filled) {
    std::cerr << filled.error().message() << "\n";
    return 1;
  }
  const double seconds = milliseconds_since(start) / 1e3;
  std::cout << patients * kPerPatient << " resources in " << seconds << " s, one thread\n";
  std::vector<double> all;
  for (const auto& [name, question] : questions(ward, patients)) {
    std::vector<double> times;
    for (int i = 0; i < kRounds; ++i) {
      const SearchRequest request = question();
      const auto begin = Clocks::now();
      const auto found = record.search_now(access, request);
      times.push_back(milliseconds_since(begin));
      if (!found) std::cerr << name << ": " << found.error().message() << "\n";
    }
    all.insert(all.end(), times.begin(), times.end());
    report(name, std::move(times));
  }
  report("all together", std::move(all));
  return 0;
}

}  // namespace
}  // namespace xinglin

int main(int argc, char** argv) {
  return xinglin::run(argc > 1 ? static_cast<size_t>(std::atoll(argv[1])) : 100'000);
}
