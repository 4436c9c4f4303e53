// The patient page: banner, vital signs, laboratory.
#include <algorithm>
#include <map>

#include "service/worklist/detail/impl.h"

namespace xinglin::worklist {

using detail::Found;
using detail::text;
using detail::text_or_null;

namespace detail {
namespace {

constexpr int64_t kPage = 500;
constexpr size_t kObservationsMax = 20'000;

// Whole years, from the parts of the date that were said.
json::value age_years(std::string_view birth_date, Instant at) {
  const std::optional<TimeSpan> birth = parse_fhir_time(birth_date);
  if (!birth || birth->first > at) return nullptr;
  const CivilTime from = to_civil(birth->first), to = to_civil(at);
  const bool before_birthday = to.month < from.month || (to.month == from.month && to.day < from.day);
  return to.year - from.year - (before_birthday ? 1 : 0);
}

json::array identifiers(const json::object& patient) {
  json::array out;
  const json::array* list = json::find_array(patient, "identifier");
  if (!list) return out;
  for (const json::value& item : *list) {
    if (!item.is_object()) continue;
    const json::object& identifier = item.get_object();
    out.push_back(json::object{{"system", text(identifier, "system")},
                               {"value", text(identifier, "value")},
                               {"type", text_or_null(first_coding(identifier, "type").code)}});
  }
  return out;
}

// The id of the patient this one was merged into (Patient.link of type replaced-by).
json::value merged_into(const json::object& patient) {
  const json::array* links = json::find_array(patient, "link");
  if (!links) return nullptr;
  for (const json::value& item : *links)
    if (item.is_object() && text(item.get_object(), "type") == "replaced-by")
      return text_or_null(reference_id(item.get_object(), "other", "Patient"));
  return nullptr;
}

json::object allergies(const std::vector<Found>& found) {
  json::array items;
  for (const Found& allergy : found) {
    const std::string status = first_coding(allergy.resource, "clinicalStatus").code;
    if (status == "inactive" || status == "resolved") continue;
    // SNOMED CT 716186003: no known allergy. It says that somebody asked.
    if (first_coding(allergy.resource, "code").code == "716186003") continue;
    items.push_back(json::object{{"text", concept_text(allergy.resource, "code")},
                                 {"criticality", string_or_null(allergy.resource, "criticality")}});
  }
  return {{"known", !found.empty()}, {"items", std::move(items)}};
}

std::string attending(const json::object& encounter) {
  const json::array* participants = json::find_array(encounter, "participant");
  if (!participants) return {};
  for (const json::value& item : *participants) {
    if (!item.is_object()) continue;
    const json::object* individual = json::find_object(item.get_object(), "individual");
    if (individual)
      if (const std::string display = text(*individual, "display"); !display.empty()) return display;
  }
  return {};
}

json::object encounter_document(const Found& found) {
  const json::object* period = json::find_object(found.resource, "period");
  const json::object* class_coding = json::find_object(found.resource, "class");
  const json::object none;
  return {{"id", found.id},
          {"class", class_coding ? text(*class_coding, "code") : std::string()},
          {"status", text(found.resource, "status")},
          {"admitted", string_or_null(period ? *period : none, "start")},
          {"discharged", string_or_null(period ? *period : none, "end")},
          {"attending", text_or_null(attending(found.resource))}};
}

}  // namespace

Result<std::vector<Found>> search_parsed(record::Record& record, const trust::Access& access,
                                         record::SearchRequest request, size_t most) {
  std::vector<Found> out;
  while (out.size() < most) {
    request.count = std::min<int64_t>(kPage, static_cast<int64_t>(most - out.size()));
    XL_TRY(const record::SearchResult page, record.search_now(access, request));
    for (const record::Resource& resource : page.matches) {
      XL_TRY(json::object parsed, resource.parsed());
      out.push_back({resource.id, std::move(parsed)});
    }
    if (page.next_cursor.empty()) break;
    request.cursor = page.next_cursor;
  }
  return out;
}

record::SearchParameter since(std::string_view parameter, Instant from) {
  return {std::string(parameter), "", "ge" + format_rfc3339(from)};
}

record::SearchParameter patient_is(const PatientId& patient) {
  return {"patient", "", patient.str()};
}

}  // namespace detail

namespace {

record::SearchRequest of_patient(std::string type, const PatientId& patient) {
  record::SearchRequest request;
  request.type = std::move(type);
  request.parameters = {detail::patient_is(patient)};
  return request;
}

// The open one, else the one that began last.
const Found* current_encounter(const std::vector<Found>& encounters) {
  const Found* best = nullptr;
  const auto rank = [](const Found& found) {
    const json::object* period = json::find_object(found.resource, "period");
    return std::pair(text(found.resource, "status") == "in-progress",
                     period ? text(*period, "start") : std::string());
  };
  for (const Found& encounter : encounters)
    if (!best || rank(*best) < rank(encounter)) best = &encounter;
  return best;
}

}  // namespace

Result<json::object> Worklist::patient(const trust::Access& access, const PatientId& id) {
  Impl& impl = *impl_;
  record::Record& record = impl.rooms.record;
  XL_TRY(const record::Resource resource, record.read_now(access, "Patient", id.str()));
  XL_TRY(const json::object patient, resource.parsed());
  XL_TRY(const detail::BannerPtr banner, impl.banner(access, id));
  XL_TRY(const std::vector<Found> encounters,
         detail::search_parsed(record, access, of_patient("Encounter", id), 200));
  std::vector<Found> allergies;
  if (record::Record::is_known_type("AllergyIntolerance")) {
    XL_TRY(allergies, detail::search_parsed(record, access, of_patient("AllergyIntolerance", id), 200));
  }
  json::object out = banner->document();
  out["identifiers"] = detail::identifiers(patient);
  const std::string deceased_at = text(patient, "deceasedDateTime");
  const bool deceased = !deceased_at.empty() || json::find_bool(patient, "deceasedBoolean").value_or(false);
  out["deceased"] = deceased;
  out["deceased_at"] = text_or_null(deceased_at);
  const Found* encounter = current_encounter(encounters);
  out["encounter"] = encounter ? json::value(detail::encounter_document(*encounter)) : json::value(nullptr);
  out["allergies"] = detail::allergies(allergies);
  out["merged_into"] = detail::merged_into(patient);
  const std::optional<Instant> died = detail::instant(deceased_at);
  out["age_years"] = deceased && !died
                         ? json::value(nullptr)
                         : detail::age_years(banner->birth_date, died.value_or(impl.rooms.clock.now()));
  XL_TRY(json::object latest, impl.latest_news2(access, {id.str()}));
  out["news2"] = latest.contains(id.str()) ? latest[id.str()] : json::value(nullptr);
  return out;
}

namespace {

struct Point {
  Instant at;
  json::object document;
};
struct Series {
  std::string name, unit;
  std::vector<Point> points;
};

// Codes in the order of the page; what else is a vital sign follows by code.
constexpr std::string_view kSeriesOrder[] = {"8867-4", "9279-1", "59408-5", "8310-5",
                                             "8480-6", "8462-4", "80288-4", "3151-8"};

bool is_known_series(std::string_view code) {
  return std::find(std::begin(kSeriesOrder), std::end(kSeriesOrder), code) != std::end(kSeriesOrder);
}

// SpO2 is written under either of two codes, the second the older.
std::string series_code(const std::string& code) {
  if (code == "2708-6") return "59408-5";
  if (code == "67775-7") return "80288-4";
  return code;
}

void add_point(std::map<std::string, Series>& all, const json::object& element, const Found& observation,
               Instant at, bool is_vital) {
  const detail::Coding coding = detail::first_coding(element, "code");
  const std::string code = series_code(coding.code);
  if (code.empty() || (!is_vital && !is_known_series(code))) return;
  const detail::Value value = detail::value_of(element);
  if (!value.number && value.text.empty()) return;
  Series& series = all[code];
  if (series.unit.empty()) series.unit = value.unit;
  if (series.name.empty()) series.name = detail::concept_text(element, "code");
  std::string flag = detail::interpretation(element);
  if (flag.empty()) flag = detail::interpretation(observation.resource);
  series.points.push_back(
      {at, json::object{{"t", format_rfc3339(at)},
                        {"value", value.number ? json::value(*value.number) : json::value(nullptr)},
                        {"text", value.number ? json::value(nullptr) : text_or_null(value.text)},
                        {"flag", flag},
                        {"reference", "Observation/" + observation.id}}});
}

json::object series_document(const std::string& code, Series& series) {
  std::stable_sort(series.points.begin(), series.points.end(),
                   [](const Point& a, const Point& b) { return a.at < b.at; });
  json::array points;
  for (Point& point : series.points) points.push_back(std::move(point.document));
  return {{"code", code},
          {"name", detail::name_of_code(code, series.name)},
          {"unit", series.unit},
          {"points", std::move(points)}};
}

bool is_usable(const json::object& observation) {
  const std::string status = text(observation, "status");
  return status != "entered-in-error" && status != "cancelled";
}

}  // namespace

Result<json::object> Worklist::vitals(const trust::Access& access, const PatientId& patient, int64_t hours) {
  Impl& impl = *impl_;
  const Instant to = impl.rooms.clock.now(), from = to + -hours * kHourUs;
  record::SearchRequest request = of_patient("Observation", patient);
  request.parameters.push_back(detail::since("date", from));
  request.sort = {"-date"};
  XL_TRY(const std::vector<Found> found,
         detail::search_parsed(impl.rooms.record, access, request, detail::kObservationsMax));
  std::map<std::string, Series> all;
  for (const Found& observation : found) {
    const json::object& resource = observation.resource;
    const std::optional<Instant> at = detail::effective_time(resource);
    if (!at || *at < from || !is_usable(resource) || detail::has_category(resource, "laboratory")) continue;
    const bool is_vital = detail::has_category(resource, "vital-signs");
    add_point(all, resource, observation, *at, is_vital);
    if (const json::array* components = json::find_array(resource, "component"))
      for (const json::value& component : *components)
        if (component.is_object()) add_point(all, component.get_object(), observation, *at, is_vital);
  }
  json::array series;
  for (const std::string_view code : kSeriesOrder)
    if (const auto known = all.find(std::string(code)); known != all.end())
      series.push_back(series_document(known->first, known->second));
  for (auto& [code, other] : all)
    if (!is_known_series(code)) series.push_back(series_document(code, other));
  return json::object{
      {"from", format_rfc3339(from)}, {"to", format_rfc3339(to)}, {"series", std::move(series)}};
}

namespace {

// The sender's own name in English, ours in Chinese when the code is known.
std::string chinese_name(const json::object& resource) {
  const json::object name = detail::name_of_code(detail::first_coding(resource, "code").code, "");
  return text(name, "zh");
}

json::object lab_document(const Found& observation) {
  const json::object& resource = observation.resource;
  const detail::Value value = detail::value_of(resource);
  const std::optional<Instant> at = detail::effective_time(resource);
  return {{"id", observation.id},
          {"code", detail::first_coding(resource, "code").code},
          {"name", detail::concept_text(resource, "code")},
          {"name_zh", chinese_name(resource)},
          {"value", value.text},
          {"number", value.number ? json::value(*value.number) : json::value(nullptr)},
          {"unit", value.unit},
          {"reference_range", detail::reference_range(resource)},
          {"flag", detail::interpretation(resource)},
          {"t", at ? json::value(format_rfc3339(*at)) : json::value(nullptr)}};
}

bool is_laboratory(const json::object& resource) {
  return detail::has_category(resource, "laboratory") || detail::has_category(resource, "lab");
}

// Observations the report names, taken out of `left`.
json::array results_of(const json::object& report, std::map<std::string, const Found*>& left) {
  json::array out;
  const json::array* references = json::find_array(report, "result");
  if (!references) return out;
  for (const json::value& item : *references) {
    if (!item.is_object()) continue;
    const std::string reference = text(item.get_object(), "reference");
    const auto found = left.find(reference.substr(reference.rfind('/') + 1));
    if (found == left.end()) continue;
    out.push_back(lab_document(*found->second));
    left.erase(found);
  }
  return out;
}

}  // namespace

Result<json::object> Worklist::labs(const trust::Access& access, const PatientId& patient, int64_t hours) {
  Impl& impl = *impl_;
  const Instant from = impl.rooms.clock.now() + -hours * kHourUs;
  record::SearchRequest observations = of_patient("Observation", patient),
                        reports = of_patient("DiagnosticReport", patient);
  observations.parameters.push_back({"category", "", "laboratory"});
  for (record::SearchRequest* request : {&observations, &reports}) {
    request->parameters.push_back(detail::since("date", from));
    request->sort = {"-date"};
  }
  XL_TRY(const std::vector<Found> values,
         detail::search_parsed(impl.rooms.record, access, observations, 5000));
  XL_TRY(const std::vector<Found> found, detail::search_parsed(impl.rooms.record, access, reports, 1000));
  std::map<std::string, const Found*> left;
  for (const Found& value : values)
    if (is_usable(value.resource)) left.emplace(value.id, &value);
  json::array out;
  for (const Found& report : found) {
    json::array items = results_of(report.resource, left);
    if (items.empty() && !is_laboratory(report.resource)) continue;
    out.push_back(json::object{{"id", report.id},
                               {"code", detail::first_coding(report.resource, "code").code},
                               {"name", detail::concept_text(report.resource, "code")},
                               {"name_zh", chinese_name(report.resource)},
                               {"issued", detail::string_or_null(report.resource, "issued")},
                               {"status", text(report.resource, "status")},
                               {"observations", std::move(items)}});
  }
  json::array alone;
  for (const Found& value : values)
    if (left.contains(value.id)) alone.push_back(lab_document(value));
  if (!alone.empty())
    out.push_back(json::object{{"id", nullptr},
                               {"code", ""},
                               {"name", ""},
                               {"name_zh", ""},
                               {"issued", nullptr},
                               {"status", ""},
                               {"observations", std::move(alone)}});
  return json::object{{"reports", std::move(out)}};
}

}  // namespace xinglin::worklist
