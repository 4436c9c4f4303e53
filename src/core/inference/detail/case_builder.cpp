#include "core/inference/detail/case_builder.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/digest.h"
#include "codec/waveform/dicom_waveform.h"
#include "core/inference/detail/row.h"

namespace xinglin::inference::detail {
namespace {

std::string text(const json::object& o, std::string_view key) {
  return std::string(json::find_string(o, key).value_or(""));
}

std::optional<Instant> effective(const json::object& observation) {
  for (const std::string_view key : {"effectiveDateTime", "effectiveInstant", "issued"})
    if (const auto span = parse_fhir_time(json::find_string(observation, key).value_or("")))
      return span->first;
  return std::nullopt;
}

// Minutes east of UTC of "+0800"; 0 when it is not of that form.
int zone_minutes(std::string_view zone) {
  int value = 0;
  if (zone.size() != 5 || (zone[0] != '+' && zone[0] != '-')) return 0;
  const auto [end, error] = std::from_chars(zone.data() + 1, zone.data() + 5, value);
  if (error != std::errc{} || end != zone.data() + 5) return 0;
  const int minutes = value / 100 * 60 + value % 100;
  return zone[0] == '-' ? -minutes : minutes;
}

// When the object was acquired; the study's time when it does not say. Zone from (0008,0201), else UTC.
std::optional<Instant> acquired(const dicom::DataSet& d) {
  const int offset_minutes = zone_minutes(d.text({0x0008, 0x0201}));
  if (const auto span = parse_compact_time(d.text({0x0008, 0x002A}), offset_minutes)) return span->first;
  for (const uint16_t element :
       {uint16_t{0x0022}, uint16_t{0x0020}}) {  // acquisition, study: date and, 0x10 on, time
    const std::string date = d.text({0x0008, element});
    const std::string time = d.text({0x0008, static_cast<uint16_t>(element + 0x10)});
    if (date.empty()) continue;
    if (const auto span = parse_compact_time(date + time, offset_minutes)) return span->first;
    if (const auto span = parse_compact_time(date, offset_minutes)) return span->first;
  }
  return std::nullopt;
}

// What a person calls the place: display, else identifier, else the reference.
std::string place_name(const json::object& location) {
  if (const std::string display = text(location, "display"); !display.empty()) return display;
  if (const json::object* identifier = json::find_object(location, "identifier"))
    if (const std::string value = text(*identifier, "value"); !value.empty()) return value;
  return text(location, "reference");
}

// A location names one level of the place: bed, room, ward, building, site. Without a kind it is the ward.
bool is_ward(const json::object& entry) {
  const json::object* kind = json::find_object(entry, "physicalType");
  const json::array* codings = kind ? json::find_array(*kind, "coding") : nullptr;
  return !codings || codings->empty() || !codings->front().is_object() ||
         text(codings->front().get_object(), "code") == "wa";
}

// The ward that is active now; the last one written when none says so.
std::string ward_of(const json::object& encounter) {
  std::string last;
  const json::array* list = json::find_array(encounter, "location");
  if (!list) return last;
  for (const json::value& v : *list) {
    if (!v.is_object() || !is_ward(v.get_object())) continue;
    const json::object* location = json::find_object(v.get_object(), "location");
    if (!location) continue;
    last = place_name(*location);
    if (text(v.get_object(), "status") == "active") return last;
  }
  return last;
}

std::string joined(const std::vector<std::string>& codes) {
  std::string out;
  for (const std::string& code : codes) out += (out.empty() ? "" : ",") + code;
  return out;
}

std::string display_of(const json::object& resource) {
  const json::object* code = json::find_object(resource, "code");
  if (!code) return "";
  if (const std::string words = text(*code, "text"); !words.empty()) return words;
  const json::array* codings = json::find_array(*code, "coding");
  return codings && !codings->empty() && codings->front().is_object()
             ? text(codings->front().get_object(), "display")
             : std::string();
}

std::string digest_of(const Case& input) {
  Sha256 digest;
  for (const InputRef& ref : input.inputs) digest.update(ref.reference + " " + ref.digest + "\n");
  digest.update(json::serialize(input.patient_facts));
  for (const auto& [name, value] : input.operating_points)
    digest.update("\n" + name + " " + json::serialize(json::value(value)));
  return to_hex(digest.finish());
}

Result<void> check_size(size_t bytes, const Manifest& manifest) {
  if (bytes <= static_cast<size_t>(manifest.input_mb) << 20) return {};
  return Error(errors::kTooLarge,
               "the input is over the application's limit of " + std::to_string(manifest.input_mb) + " MiB");
}

// A fact belongs to the minute it happened in: the values of one round at the bedside are one set.
Instant end_of_minute(Instant at) {
  return {at.us - at.us % kMinuteUs + kMinuteUs - kMillisecondUs};
}

}  // namespace

// The record part of a case, read in one snapshot.
struct CaseBuilder::Reader {
  record::Record& record;
  sql::Session& session;
  const trust::Access& access;
  const CatalogEntry& entry;
  const Wake& wake;
  Instant latest;  // facts dated later are left out
  Assembled& out;
  size_t bytes = 0;

  Result<void> read_all() {
    Case& input = out.input;
    XL_CHECK(read_subject());
    if (input.patient.empty()) return Error(kInputMissing, "the subject belongs to no patient");
    XL_CHECK(read_patient());
    XL_CHECK(read_encounter());
    for (const ObservationInput& wanted : entry.manifest.observations) XL_CHECK(read_observations(wanted));
    XL_TRY(input.previous, previous_results(session, entry.manifest.id.str(), input.patient, latest,
                                            entry.manifest.previous_results));
    return {};
  }

  // Of the facts between `after` and `latest`.
  Result<std::optional<Instant>> newest_after(Instant after) {
    std::optional<Instant> newest;
    for (const ObservationInput& wanted : entry.manifest.observations) {
      record::SearchRequest request = observations(wanted, "gt" + format_rfc3339(after));
      request.count = 1;
      XL_TRY(const record::SearchResult found, record.search(session, access, request));
      if (found.matches.empty()) continue;
      XL_TRY(const json::object parsed, found.matches.front().parsed());
      const auto at = effective(parsed);
      if (at && *at > after && (!newest || *at > *newest)) newest = at;
    }
    return newest;
  }

  // Newest first.
  record::SearchRequest observations(const ObservationInput& wanted, const std::string& from) const {
    record::SearchRequest request;
    request.type = "Observation";
    request.parameters = {{"patient", "", "Patient/" + out.input.patient},
                          {"code", "", joined(wanted.codes)},
                          {"date", "", from},
                          {"date", "", "le" + format_rfc3339(latest)}};
    request.sort = {"-date"};
    request.count = wanted.count_max;
    request.total = record::Total::None;
    return request;
  }

  // An Observation gives the time and, after a merge, the patient it belongs to now.
  Result<void> read_subject() {
    const size_t slash = wake.subject.find('/');
    if (slash == std::string::npos) return {};
    const std::string type = wake.subject.substr(0, slash), id = wake.subject.substr(slash + 1);
    if (type == "Patient") {
      out.input.patient = id;
      return {};
    }
    XL_TRY(const record::Resource resource, record.read(session, access, type, id));
    if (!resource.patient.empty()) out.input.patient = resource.patient;
    XL_TRY(const json::object parsed, resource.parsed());
    if (const auto at = effective(parsed); at && *at <= latest) out.input.now = *at;
    return {};
  }

  Result<void> read_patient() {
    XL_TRY(const record::Resource patient, record.read(session, access, "Patient", out.input.patient));
    XL_TRY(const json::object parsed, patient.parsed());
    if (const std::string gender = text(parsed, "gender"); !gender.empty())
      out.input.patient_facts["gender"] = gender;
    if (const std::string birth = text(parsed, "birthDate"); birth.size() >= 4)
      out.input.patient_facts["birthDate"] = birth.substr(0, 4);
    return {};
  }

  Result<void> read_encounter() {
    record::SearchRequest request;
    request.type = "Encounter";
    request.parameters = {{"patient", "", "Patient/" + out.input.patient}, {"status", "", "in-progress"}};
    request.sort = {"-date"};
    request.count = 1;
    request.total = record::Total::None;
    XL_TRY(const record::SearchResult found, record.search(session, access, request));
    if (found.matches.empty()) return {};
    XL_TRY(const json::object encounter, found.matches.front().parsed());
    out.encounter = "Encounter/" + found.matches.front().id;
    out.input.ward = ward_of(encounter);
    return {};
  }

  Result<void> read_observations(const ObservationInput& wanted) {
    const record::SearchRequest request =
        observations(wanted, "ge" + format_rfc3339(out.input.now + -wanted.hours * kHourUs));
    XL_TRY(const record::SearchResult found, record.search(session, access, request));
    for (const record::Resource& resource : found.matches) {
      XL_TRY(json::object parsed, resource.parsed());
      const auto at = effective(parsed);
      if (at && *at > latest) continue;
      bytes += resource.text.size();
      XL_CHECK(check_size(bytes, entry.manifest));
      out.input.inputs.push_back(
          {"Observation/" + resource.id, display_of(parsed), to_hex(sha256(resource.text))});
      // A value may arrive late: the newest one known decides which moment is judged.
      if (at) out.input.now = std::max(out.input.now, *at);
      out.input.observations.push_back(std::move(parsed));
    }
    return {};
  }
};

CaseBuilder::CaseBuilder(sql::Store& store, record::Record& record, archive::Archive& archive,
                         const Clock& clock, int64_t future_tolerance_us)
    : store_(store),
      record_(record),
      archive_(archive),
      clock_(clock),
      future_tolerance_us_(future_tolerance_us) {}

Result<void> CaseBuilder::add_waveform(const trust::Access& access, const CatalogEntry& entry,
                                       const std::string& sop_instance, Assembled& out) const {
  XL_TRY(const archive::InstanceInfo info, archive_.find(access, SopInstanceUid(sop_instance)));
  XL_TRY(const std::vector<uint8_t> bytes, archive_.read(access, info.sop_instance));
  XL_CHECK(check_size(bytes.size(), entry.manifest));
  XL_TRY(dicom::File file, dicom::parse_file(bytes));
  XL_TRY(out.input.waveform, waveform::from_data_set(file.data_set));
  out.input.patient = info.patient.str();
  if (const auto at = acquired(file.data_set); at && *at <= clock_.now() + future_tolerance_us_)
    out.input.now = *at;
  out.input.inputs.push_back({"sop:" + info.sop_instance.str(), info.modality, to_hex(sha256(bytes))});
  out.evidence =
      Evidence{std::move(file.data_set), info.sop_class, info.sop_instance, info.series, info.study};
  return {};
}

Result<Assembled> CaseBuilder::build(const trust::Access& access, const CatalogEntry& entry,
                                     const Wake& wake) const {
  Assembled out;
  out.input.patient = wake.patient;
  out.woken_at = wake.at;
  out.input.now = wake.moment.value_or(wake.at);
  out.input.is_current = wake.is_current;
  for (const OperatingPoint& point : entry.manifest.operating_points)
    out.input.operating_points[point.name] = point.value;
  if (entry.manifest.waveform) XL_CHECK(add_waveform(access, entry, wake.subject, out));
  size_t bytes = 0;
  const Result<void> read = store_.read([&](sql::Session& session) -> Result<void> {
    Instant latest = clock_.now() + future_tolerance_us_;
    if (wake.moment) latest = std::min(latest, end_of_minute(*wake.moment));
    Reader reader{record_, session, access, entry, wake, latest, out};
    XL_CHECK(reader.read_all());
    bytes = reader.bytes;
    return {};
  });
  XL_CHECK(read);
  if (out.input.waveform)
    for (const waveform::Group& group : out.input.waveform->groups)
      bytes += group.channels.size() * group.samples() * sizeof(float);
  XL_CHECK(check_size(bytes, entry.manifest));
  out.input_digest = digest_of(out.input);
  return out;
}

Result<std::optional<Instant>> CaseBuilder::newest_later(const trust::Access& access,
                                                         const CatalogEntry& entry, const Wake& wake) const {
  if (!wake.moment) return std::optional<Instant>();
  return store_.read([&](sql::Session& session) -> Result<std::optional<Instant>> {
    Assembled scratch;
    scratch.input.patient = wake.patient;
    Reader reader{record_, session, access, entry, wake, clock_.now() + future_tolerance_us_, scratch};
    if (const Result<void> subject = reader.read_subject(); !subject.ok()) {
      // Gone since: the run itself says so.
      const ErrorKind kind = subject.error().kind();
      if (kind == ErrorKind::NotFound || kind == ErrorKind::Gone) return std::optional<Instant>();
      return subject.error();
    }
    return reader.newest_after(end_of_minute(*wake.moment));
  });
}

}  // namespace xinglin::inference::detail
