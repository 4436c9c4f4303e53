// Several hundred generated searches over generated resources (some updated, some deleted), answered by the
// record and by the oracle; both answers, the totals, the order and the pages must agree. The seed is printed
// on failure.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "core/record/tests/oracle.h"
#include "core/record/tests/record_fixture.h"

namespace xinglin::record {
namespace {

// XL_SEED tries other data and other searches.
const uint64_t kSeed = std::getenv("XL_SEED") ? std::stoull(std::getenv("XL_SEED")) : 20261122;

class Generator {
public:
  explicit Generator(uint64_t seed) : random_(seed) {}
  size_t below(size_t n) { return static_cast<size_t>(random_.below(n)); }
  bool chance(double p) { return random_.uniform() < p; }
  template <class T>
  const T& pick(const std::vector<T>& list) {
    return list[below(list.size())];
  }

  std::string date() {
    const std::string day = "2026-0" + std::to_string(1 + below(3)) + "-" + (chance(0.5) ? "1" : "0") +
                            std::to_string(1 + below(9));
    switch (below(6)) {
      case 0:
        return "2026";
      case 1:
        return day.substr(0, 7);
      case 2:
        return day;
      case 3:
        return day + "T1" + std::to_string(below(10)) + ":30:00Z";
      case 4:
        return day + "T1" + std::to_string(below(10)) + ":30:00.5+08:00";
      default:
        return day + "T00:00:00Z";
    }
  }
  json::object period() {
    json::object out;
    std::string a = date().substr(0, 4) + "-01-1" + std::to_string(below(10));
    std::string b = "2026-02-1" + std::to_string(below(10));
    if (chance(0.8)) out["start"] = a;
    if (chance(0.7) || out.empty()) out["end"] = b;
    return out;
  }
  json::object coded(const std::vector<std::string>& codes) {
    json::object out;
    const size_t n = below(3);
    for (size_t i = 0; i < n; ++i)
      fhir::append(out, "coding", fhir::coding(pick<std::string>({"", "urn:a", "urn:b"}), pick(codes)));
    if (n == 0) out["text"] = "words";
    return out;
  }
  json::object patient_reference() {
    if (chance(0.1)) return fhir::reference("Group", "p" + std::to_string(below(12)));
    return fhir::reference("Patient", "p" + std::to_string(below(12)));
  }
  json::object quantity() {
    const double value = static_cast<double>(below(400)) / (chance(0.5) ? 10 : 1) - 5;
    return fhir::quantity(value, pick<std::string>({"mmHg", "mg"}), pick<std::string>({"urn:a", "urn:u"}),
                          pick<std::string>({"mm[Hg]", "mg", ""}));
  }
  std::string word() {
    return pick<std::string>(
        {"Wang", "wang", "Müller", "Muller", "Ümit", "Zoé", "Ø", "王小明", "Ann", "Anna", "An na"});
  }
  json::object make(const std::string& type, const std::string& id);

private:
  json::object patient();
  json::object observation();
  json::object encounter();
  json::object task();
  json::object risk();
  json::object study();
  SeededRandom random_;
};

json::object Generator::patient() {
  json::object out;
  if (chance(0.8)) out["gender"] = pick<std::string>({"male", "female", "other"});
  if (chance(0.5)) out["active"] = chance(0.5);
  if (chance(0.7)) out["birthDate"] = date().substr(0, chance(0.5) ? 10 : 4).substr(0, 10);
  if (chance(0.3)) out["deceasedDateTime"] = date();
  for (size_t i = below(3); i > 0; --i)
    fhir::append(out, "identifier",
                 fhir::identifier(pick<std::string>({"", "urn:a"}), std::to_string(below(8))));
  for (size_t i = below(3); i > 0; --i) fhir::append(out, "name", fhir::human_name(word(), {word(), word()}));
  if (chance(0.4))
    fhir::append(out, "telecom", json::object{{"system", "phone"}, {"value", std::to_string(below(5))}});
  if (chance(0.4))
    fhir::append(out, "address",
                 json::object{{"use", "home"}, {"line", json::array{json::value(word())}}, {"city", word()}});
  return out;
}

json::object Generator::observation() {
  json::object out;
  out["status"] = pick<std::string>({"final", "preliminary", "amended"});
  out["code"] = coded({"x", "y", "z"});
  if (chance(0.6)) fhir::append(out, "category", coded({"vital-signs", "laboratory"}));
  if (chance(0.3)) fhir::append(out, "identifier", fhir::identifier("urn:a", std::to_string(below(8))));
  if (chance(0.9)) out["subject"] = patient_reference();
  if (chance(0.4)) out["encounter"] = fhir::reference("Encounter", "e" + std::to_string(below(5)));
  if (chance(0.6))
    out["effectiveDateTime"] = date();
  else if (chance(0.5))
    out["effectivePeriod"] = period();
  if (chance(0.6))
    out["valueQuantity"] = quantity();
  else if (chance(0.5))
    out["valueString"] = word();
  for (size_t i = below(3); i > 0; --i) {
    json::object component{{"code", coded({"x", "y"})}};
    if (chance(0.7)) component["valueQuantity"] = quantity();
    fhir::append(out, "component", std::move(component));
  }
  return out;
}

json::object Generator::encounter() {
  json::object out{{"status", pick<std::string>({"planned", "in-progress", "finished"})},
                   {"class", fhir::coding("urn:a", pick<std::string>({"IMP", "AMB"}))}};
  if (chance(0.8)) out["subject"] = patient_reference();
  if (chance(0.8)) out["period"] = period();
  for (size_t i = below(3); i > 0; --i) {
    json::object place{{"location", fhir::reference("Location", "l" + std::to_string(below(4)))}};
    if (chance(0.7)) place["period"] = period();
    fhir::append(out, "location", std::move(place));
  }
  return out;
}

json::object Generator::task() {
  json::object out{{"status", pick<std::string>({"requested", "completed"})}, {"intent", "order"}};
  if (chance(0.7)) out["priority"] = pick<std::string>({"routine", "urgent", "stat"});
  if (chance(0.7)) out["for"] = patient_reference();
  if (chance(0.5)) out["owner"] = fhir::reference(pick<std::string>({"Practitioner", "Organization"}), "w");
  if (chance(0.5)) out["focus"] = fhir::reference(pick<std::string>({"Observation", "RiskAssessment"}), "o1");
  if (chance(0.7)) out["authoredOn"] = date();
  if (chance(0.7)) out["lastModified"] = date();
  if (chance(0.3)) out["executionPeriod"] = period();
  return out;
}

json::object Generator::risk() {
  json::object out{{"status", "final"}, {"subject", patient_reference()}};
  if (chance(0.5))
    out["occurrenceDateTime"] = date();
  else if (chance(0.5))
    out["occurrencePeriod"] = period();
  for (size_t i = below(3); i > 0; --i) {
    json::object prediction{{"rationale", "r"}};
    if (chance(0.7)) prediction["probabilityDecimal"] = static_cast<double>(below(20)) / 20;
    if (chance(0.7)) prediction["qualitativeRisk"] = coded({"low", "high"});
    fhir::append(out, "prediction", std::move(prediction));
  }
  return out;
}

json::object Generator::study() {
  json::object out{{"status", "available"}, {"subject", patient_reference()}};
  if (chance(0.6)) out["started"] = date();
  if (chance(0.4)) fhir::append(out, "modality", fhir::coding("urn:a", pick<std::string>({"CT", "ECG"})));
  for (size_t i = below(3); i > 0; --i)
    fhir::append(out, "series",
                 json::object{{"uid", "1.2." + std::to_string(below(9))},
                              {"modality", fhir::coding("urn:a", pick<std::string>({"CT", "MR"}))}});
  return out;
}

json::object Generator::make(const std::string& type, const std::string& id) {
  json::object out = type == "Patient"          ? patient()
                     : type == "Observation"    ? observation()
                     : type == "Encounter"      ? encounter()
                     : type == "Task"           ? task()
                     : type == "RiskAssessment" ? risk()
                                                : study();
  out["resourceType"] = type;
  out["id"] = id;
  return out;
}

class DifferentialTest : public RecordFixture {
protected:
  void SetUp() override {
    const std::map<std::string, int> counts{{"Patient", 60}, {"Observation", 150},   {"Encounter", 60},
                                            {"Task", 60},    {"RiskAssessment", 40}, {"ImagingStudy", 40}};
    for (const auto& [type, count] : counts) types.push_back(type);
    const auto written = store->write([&](sql::Tx& tx) -> Result<void> {
      for (const auto& [type, count] : counts)
        for (int i = 0; i < count; ++i) XL_CHECK(store_one(tx, type, type.substr(0, 1) + std::to_string(i)));
      for (int i = 0; i < 120; ++i) {  // later versions must replace what earlier ones said
        const std::string& type = generator.pick(types);
        XL_CHECK(store_one(tx, type, type.substr(0, 1) + std::to_string(generator.below(30))));
      }
      for (int i = 0; i < 30; ++i) {
        const std::string& type = generator.pick(types);
        const std::string id = type.substr(0, 1) + std::to_string(generator.below(30));
        XL_CHECK(record->remove(tx, access, type, id));
        resources[type].erase(id);
      }
      return {};
    });
    ASSERT_TRUE(written.ok()) << written.error().message();
  }
  Result<void> store_one(sql::Tx& tx, const std::string& type, const std::string& id) {
    json::object resource = generator.make(type, id);
    IssueSink issues;
    auto stored = record->update(tx, access, resource, issues);
    if (!stored)
      return stored.error().with_context(issues.issues().empty() ? "" : issues.issues().front().path);
    resources[type][id] = *stored->parsed();
    return {};
  }

  // A value that some resource has, or one made up.
  std::string wanted(const std::string& type, const oracle::Param& param);
  SearchParameter parameter(const std::string& type);
  std::set<std::string> expected(const SearchRequest& request);
  std::vector<std::string> all_pages(SearchRequest request, int64_t& total);
  void check_order(const SearchRequest& request, const std::vector<std::string>& ids);
  std::string shown(const SearchRequest& request);

  Generator generator{kSeed};
  std::vector<std::string> types;
  std::map<std::string, std::map<std::string, json::object>> resources;
};

std::string DifferentialTest::wanted(const std::string& type, const oracle::Param& param) {
  using oracle::Kind;
  static const std::vector<std::string> kPrefixes{"",   "",   "eq", "ne", "gt", "lt",
                                                  "ge", "le", "sa", "eb", "ap"};
  if (param.kind == Kind::Date) return generator.pick(kPrefixes) + generator.date();
  std::vector<json::value> pool;
  for (const auto& [id, resource] : resources[type])
    for (json::value& value : oracle::values(resource, param)) pool.push_back(std::move(value));
  if (pool.empty() || generator.chance(0.1)) pool.assign(1, json::value("none"));
  const json::value value = generator.pick(pool);
  const auto text = [&](const json::value& v, const char* key) {
    const auto found = v.is_object() ? json::find_string(v.get_object(), key) : std::nullopt;
    return std::string(found.value_or(""));
  };
  if (param.kind == Kind::String) {
    const std::string word = generator.word();
    return generator.chance(0.5) ? word : generator.pick<std::string>({"W", "mu", "zo", "an", "王", "x"});
  }
  if (param.kind == Kind::Reference) {
    const std::string reference = value.is_object() ? text(value, "reference") : "Patient/p1";
    const bool alias = param.name == "patient" && !reference.starts_with("Patient/");
    return alias ? "p1" : generator.chance(0.5) ? reference : reference.substr(reference.find('/') + 1);
  }
  if (param.kind == Kind::Quantity || param.kind == Kind::Number) {
    std::string out = generator.pick(kPrefixes) + std::to_string(static_cast<int>(generator.below(40)) - 5);
    if (param.kind == Kind::Number)
      out = generator.pick(kPrefixes) + "0." + std::to_string(generator.below(100));
    else if (generator.chance(0.5))
      out += "." + std::to_string(generator.below(10));
    if (param.kind == Kind::Quantity && generator.chance(0.4))
      out += generator.pick<std::string>({"|urn:u|mg", "|urn:a|mm[Hg]", "||mg", "||mmHg"});
    return out;
  }
  if (value.is_bool()) return value.get_bool() ? "true" : "false";
  if (value.is_string()) return std::string(std::string_view(value.get_string()));
  if (param.kind == Kind::Contact) return text(value, "value");
  json::value coding = value;
  if (const json::array* list = json::find_array(value.as_object(), "coding")) coding = list->front();
  const std::string code =
      coding.as_object().contains("value") ? text(coding, "value") : text(coding, "code");
  if (code.empty()) return "none";
  switch (generator.below(4)) {
    case 0:
      return text(coding, "system") + "|" + code;
    case 1:
      return "|" + code;
    case 2:
      return text(coding, "system").empty() ? code : text(coding, "system") + "|";
    default:
      return code;
  }
}

SearchParameter DifferentialTest::parameter(const std::string& type) {
  using oracle::Kind;
  const oracle::Param& param = generator.pick(oracle::params_of(type));
  SearchParameter out{param.name, "", ""};
  if (generator.chance(0.15)) return {param.name, "missing", generator.chance(0.5) ? "true" : "false"};
  out.value = wanted(type, param);
  while (generator.chance(0.25)) out.value += "," + wanted(type, param);
  const bool token = param.kind == Kind::Token || param.kind == Kind::Contact;
  if (token && generator.chance(0.2)) out.modifier = "not";
  if (param.kind == Kind::String && generator.chance(0.5))
    out.modifier = generator.chance(0.5) ? "exact" : "contains";
  return out;
}

std::set<std::string> DifferentialTest::expected(const SearchRequest& request) {
  std::set<std::string> out;
  for (const auto& [id, resource] : resources[request.type]) {
    bool all = true;
    for (const SearchParameter& p : request.parameters)
      for (const oracle::Param& param : oracle::params_of(request.type))
        if (param.name == p.name)
          all = all && oracle::matches(resource, param, p.modifier, p.value, clock.now());
    if (all) out.insert(id);
  }
  return out;
}

std::vector<std::string> DifferentialTest::all_pages(SearchRequest request, int64_t& total) {
  std::vector<std::string> out;
  while (true) {
    const auto page = record->search_now(access, request);
    EXPECT_TRUE(page.ok()) << page.error().message() << shown(request);
    if (!page) return out;
    total = page->total;
    for (const Resource& resource : page->matches) out.push_back(resource.id);
    if (page->next_cursor.empty()) return out;
    request.cursor = page->next_cursor;
  }
}

void DifferentialTest::check_order(const SearchRequest& request, const std::vector<std::string>& ids) {
  if (request.sort.empty()) return;
  const bool descending = request.sort[0].starts_with('-');
  const std::string name = request.sort[0].substr(descending ? 1 : 0);
  for (const oracle::Param& param : oracle::params_of(request.type)) {
    if (param.name != name) continue;
    std::string before;
    for (size_t i = 0; i < ids.size(); ++i) {
      const std::string key = oracle::sort_key(resources[request.type][ids[i]], param, descending);
      const bool in_order =
          i == 0 || key.empty() || (!before.empty() && (descending ? before >= key : before <= key));
      EXPECT_TRUE(in_order) << shown(request) << " at " << ids[i] << ": '" << before << "' then '" << key
                            << "'";
      before = key;
    }
  }
}

std::string DifferentialTest::shown(const SearchRequest& request) {
  std::string out = " seed " + std::to_string(kSeed) + ": " + request.type + "?";
  for (const SearchParameter& p : request.parameters)
    out += p.name + (p.modifier.empty() ? "" : ":" + p.modifier) + "=" + p.value + "&";
  for (const std::string& key : request.sort) out += "_sort=" + key;
  return out;
}

TEST_F(DifferentialTest, GeneratedSearchesAgreeWithTheOracle) {
  int with_matches = 0;
  for (int i = 0; i < 900; ++i) {
    SearchRequest request;
    request.type = generator.pick(types);
    for (size_t n = 1 + generator.below(3); n > 0; --n) request.parameters.push_back(parameter(request.type));
    request.count = static_cast<int64_t>(generator.pick<int>({3, 7, 50}));
    if (generator.chance(0.5))
      request.sort = {(generator.chance(0.5) ? "-" : "") +
                      generator.pick(oracle::params_of(request.type)).name};
    const std::set<std::string> right = expected(request);
    int64_t total = -1;
    const std::vector<std::string> given = all_pages(request, total);
    EXPECT_EQ(total, static_cast<int64_t>(right.size())) << shown(request);
    EXPECT_EQ(given.size(), right.size()) << shown(request);
    EXPECT_EQ(std::set<std::string>(given.begin(), given.end()), right) << shown(request);
    check_order(request, given);
    with_matches += right.empty() ? 0 : 1;
    if (HasFailure()) break;
  }
  EXPECT_GT(with_matches, 300);
}

}  // namespace
}  // namespace xinglin::record
