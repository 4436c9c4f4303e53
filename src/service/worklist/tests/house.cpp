#include "service/worklist/tests/house.h"

#include <cmath>

#include "codec/dicom/data_set.h"
#include "codec/waveform/dicom_waveform.h"

namespace xinglin::worklist {
namespace {

constexpr std::string_view kManifest = R"([application]
id = "early-warning"
version = "1.2.3"
kind = "native"
[application.name]
en = "Test score"
zh = "测试评分"
[application.intended_use]
en = "Scores heart rates in tests."
zh = "测试中为心率评分。"
[[trigger]]
event = "record.observation-created"
where = 'codes intersects ["http://loinc.org|8867-4"]'
per = "subject"
[inputs]
waveform = false
[[inputs.observations]]
codes = ["http://loinc.org|8867-4"]
hours = 24
count_max = 10
[limits]
time_ms = 5000
input_mb = 64
concurrency = 1
queue_length = 64
[outputs]
objects = ["Observation", "RiskAssessment", "Task"]
category = "survey"
supersedes = true
[[known_limit]]
en = "Knows one sign."
zh = "仅知一项体征。"
)";

double newest_value(const inference::Case& input) {
  if (input.observations.empty()) return 0;
  const json::object* quantity = json::find_object(input.observations.front(), "valueQuantity");
  return quantity ? json::find_number(*quantity, "value").value_or(0) : 0;
}

// One point for every full ten beats above sixty.
class TestScore final : public inference::Application {
public:
  Result<inference::Findings> run(const inference::Case& input, inference::RunContext&) const override {
    const double rate = newest_value(input);
    const double score = std::max(0.0, std::floor((rate - 60) / 10));
    inference::Findings out;
    inference::Finding finding;
    finding.code = {"http://snomed.info/sct", "1104051000000101", "Score"};
    finding.value = score;
    finding.unit = "{score}";
    finding.flag = score >= 7 ? "AA" : score >= 5 ? "A" : "N";
    out.items.push_back(finding);
    out.summary_en = "Score " + std::to_string(static_cast<int>(score));
    out.summary_zh = "评分 " + std::to_string(static_cast<int>(score));
    out.flag = finding.flag;
    const json::object component{{"parameter", "pulse"},
                                 {"name", json::object{{"en", "Pulse"}, {"zh", "脉搏"}}},
                                 {"value", rate},
                                 {"unit", "/min"},
                                 {"score", score}};
    out.evidence = {{"news2", json::object{{"score", score},
                                           {"complete", true},
                                           {"band", score >= 7   ? "high"
                                                    : score >= 5 ? "medium"
                                                                 : "low"},
                                           {"trend", nullptr},
                                           {"components", json::array{component}}}}};
    if (score >= 5) {
      out.risk = inference::Risk{
          {"urn:test", "worse", "Getting worse"}, {"urn:test", "high", "High"}, "Fast.", "快。"};
      out.escalation = inference::Escalation{score >= 7 ? "stat" : "urgent", "Look at the patient",
                                             "查看患者", "", 30 * kMinuteUs};
    }
    return out;
  }
};

inference::NativeApplication test_application() {
  return {kManifest,
          []() -> std::unique_ptr<inference::Application> { return std::make_unique<TestScore>(); }};
}

template <class T>
T expect(Result<T> result) {
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message());
  XL_ASSERT(result.ok());
  return std::move(*result);
}

json::object location(std::string_view kind, const std::string& name) {
  return {{"location", json::object{{"display", name}}},
          {"status", "active"},
          {"physicalType", json::object{{"coding", json::array{json::object{{"code", kind}}}}}}};
}

json::object encounter(const std::string& patient, const std::string& ward, const std::string& bed) {
  return {{"resourceType", "Encounter"},
          {"status", "in-progress"},
          {"class",
           json::object{{"system", "http://terminology.hl7.org/CodeSystem/v3-ActCode"}, {"code", "IMP"}}},
          {"subject", json::object{{"reference", "Patient/" + patient}}},
          {"period", json::object{{"start", "2026-11-17T08:00:00Z"}}},
          {"location", json::array{location("bd", bed), location("wa", ward)}}};
}

}  // namespace

json::object parse(std::string_view text) {
  const Result<json::value> value = json::parse(text);
  EXPECT_TRUE(value.ok()) << text;
  return value && value->is_object() ? value->as_object() : json::object();
}

std::string at(const json::object& document, std::string_view path) {
  const json::value root(document);
  const json::value* value = json::at_path(root, path);
  if (!value) return {};
  return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

House::House() {
  store = expect(sql::Store::open(directory.path("house.db")));
  blobs = expect(blob::BlobStore::open(directory.path("blobs")));
  journal = std::make_unique<journal::Journal>(*store, clock, metrics);
  audit = expect(trust::AuditLog::open(*store, clock, directory.path()));
  authenticator =
      std::make_unique<trust::Authenticator>(*store, clock, random, *audit, trust::Authenticator::Options{});
  record = std::make_unique<record::Record>(*store, clock, random, *audit, *journal);
  identity = std::make_unique<identity::Identity>(*record, clock, *audit, *journal);
  const archive::PatientResolver resolver = [this](sql::Tx&, const trust::Access&,
                                                   const archive::PatientAttributes&) -> Result<PatientId> {
    return PatientId(next_dicom_patient);
  };
  archive = std::make_unique<archive::Archive>(*store, *blobs, clock, *audit, *journal, resolver,
                                               archive::Archive::Limits{});
  const inference::NativeApplication applications[] = {test_application()};
  inference =
      expect(inference::Inference::create({*store, *record, *archive, *journal, *audit, clock, metrics},
                                          applications, {directory.path("models")}));
  search = std::make_unique<archive::Search>(*store, *audit);
  studies = std::make_unique<archive::Studies>(*store, *search, *audit);
  corrections = std::make_unique<archive::Corrections>(*store, clock, *audit, *journal);
  life = std::make_unique<archive::StudyLife>(*store, clock, *audit, *journal, archive::StudyLife::Options{});
  worklist =
      std::make_unique<Worklist>(Worklist::Rooms{*store, *record, *archive, *studies, *life, *corrections,
                                                 inference->results(), inference->catalog(), *audit, clock},
                                 Worklist::Options{});
  journal->add_listener([this](const journal::Event& event) { worklist->note(event); });
}

House::~House() {
  journal->stop();
  inference->stop();
}

std::string House::create(json::object resource) {
  IssueSink issues;
  const Result<record::Resource> made =
      record->create_now(trust::Access::system("test"), std::move(resource), issues);
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message());
  for (const Issue& issue : issues.issues()) ADD_FAILURE() << issue.path << ": " << issue.message;
  return made ? made->id : std::string();
}

std::string House::admit(const std::string& family, const std::string& given, const std::string& local,
                         const std::string& mrn, const std::string& ward, const std::string& bed) {
  json::array names{json::object{{"family", family}, {"given", json::array{json::value(given)}}}};
  if (!local.empty()) names.push_back(json::object{{"text", local}});
  const json::object type{{"coding", json::array{json::object{{"code", "MR"}}}}};
  const std::string id = create(
      {{"resourceType", "Patient"},
       {"meta",
        json::object{{"tag", json::array{json::object{{"system", "urn:test"}, {"code", "synthetic"}}}}}},
       {"active", true},
       {"identifier", json::array{json::object{{"type", type}, {"system", "urn:test:mrn"}, {"value", mrn}}}},
       {"name", std::move(names)},
       {"gender", "female"},
       {"birthDate", "1950-11-19"}});
  create(encounter(id, ward, bed));
  return id;
}

void House::move(const std::string& patient, const std::string& ward, const std::string& bed) {
  record::SearchRequest request;
  request.type = "Encounter";
  request.parameters = {{"patient", "", patient}};
  const auto found = record->search_now(trust::Access::system("test"), request);
  ASSERT_TRUE(found.ok() && found->matches.size() == 1);
  json::object moved = encounter(patient, ward, bed);
  moved["id"] = found->matches.front().id;
  const Result<void> written = store->write([&](sql::Tx& tx) -> Result<void> {
    IssueSink issues;
    XL_CHECK(record->update(tx, trust::Access::system("test"), moved, issues));
    return {};
  });
  EXPECT_TRUE(written.ok());
}

std::string House::vital(const std::string& patient, const std::string& code, double value,
                         const std::string& unit) {
  const json::object vital_signs{
      {"coding",
       json::array{json::object{{"system", "http://terminology.hl7.org/CodeSystem/observation-category"},
                                {"code", "vital-signs"}}}}};
  return "Observation/" +
         create({{"resourceType", "Observation"},
                 {"status", "final"},
                 {"category", json::array{vital_signs}},
                 {"code", json::object{{"coding", json::array{json::object{{"system", "http://loinc.org"},
                                                                           {"code", code}}}}}},
                 {"subject", json::object{{"reference", "Patient/" + patient}}},
                 {"effectiveDateTime", format_rfc3339(clock.now())},
                 {"valueQuantity", json::object{{"value", value},
                                                {"unit", unit},
                                                {"system", "http://unitsofmeasure.org"},
                                                {"code", unit}}}});
}

std::string House::store_ecg(const std::string& patient) {
  const SopInstanceUid sop(new_dicom_uid(random));
  dicom::DataSet data_set;
  data_set.set_text({0x0008, 0x0016}, "UI", "1.2.840.10008.5.1.4.1.1.9.1.1");
  data_set.set_text({0x0008, 0x0018}, "UI", sop.str());
  data_set.set_text({0x0008, 0x0060}, "CS", "ECG");
  data_set.set_text({0x0008, 0x0020}, "DA", "20261118");
  data_set.set_text({0x0008, 0x0030}, "TM", "110000");
  data_set.set_text({0x0008, 0x002A}, "DT", "20261118110000");
  data_set.set_text({0x0008, 0x0070}, "LO", "Test");
  data_set.set_text({0x0010, 0x0020}, "LO", "E1");
  data_set.set_text({0x0010, 0x0010}, "PN", "Test^Ecg");
  data_set.set_text({0x0020, 0x000D}, "UI", new_dicom_uid(random));
  data_set.set_text({0x0020, 0x000E}, "UI", new_dicom_uid(random));
  waveform::Recording recording;
  recording.groups.push_back({.label = "RHYTHM", .rate_hz = 500});
  for (const char* lead : {"I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"}) {
    waveform::Channel channel;
    channel.name = lead;
    channel.unit = "uV";
    for (int i = 0; i < 5000; ++i) channel.samples.push_back(i % 500 == 250 ? 1000.0F : 0.0F);
    recording.groups.front().channels.push_back(std::move(channel));
  }
  waveform::add_ecg(data_set, recording);
  next_dicom_patient = patient;
  const std::vector<uint8_t> file = dicom::write_file(data_set);
  archive::Incoming incoming;
  incoming.data_set = file;
  const auto stored = archive->store(trust::Access::sender("dimse", "TEST@127.0.0.1"), incoming);
  EXPECT_TRUE(stored.ok()) << (stored.ok() ? "" : stored.error().message());
  return sop.str();
}

void House::settle() {
  journal->wake();
  ASSERT_TRUE(journal->wait_idle(60'000));
  const auto dead = journal->dead_letters(1);
  ASSERT_TRUE(dead.ok() && dead->empty()) << (dead.ok() ? dead->front().error : "");
}

trust::Access House::as(trust::Role role) {
  const trust::Access house = trust::Access::system("test");
  const auto token = authenticator->issue_token(house, role, kHourUs, "test");
  EXPECT_TRUE(token.ok());
  return expect(authenticator->from_token(*token));
}

}  // namespace xinglin::worklist
