// What happened to a patient, newest first; their studies and tasks.
#include <algorithm>
#include <map>

#include "service/worklist/detail/impl.h"

namespace xinglin::worklist {

using detail::Found;
using detail::text;
using detail::text2;
using detail::text_or_null;

namespace {

constexpr size_t kResourcesMax = 2000;  // of one kind
constexpr std::string_view kInferenceSystem = "https://xinglin.example/fhir/inference";

struct Entry {
  Instant at;
  std::string kind, reference, flag;
  json::object title;
};

record::SearchRequest newest_of(std::string type, const PatientId& patient, std::string_view sort) {
  record::SearchRequest request;
  request.type = std::move(type);
  request.parameters = {detail::patient_is(patient)};
  if (!sort.empty()) request.sort = {std::string(sort)};
  return request;
}

std::optional<Instant> bound(const json::object& element, std::string_view member) {
  const json::object* period = json::find_object(element, "period");
  return period ? detail::instant(text(*period, member)) : std::nullopt;
}

std::string place_text(const detail::Place& place) {
  return place.ward + (place.bed.empty() ? "" : " " + place.bed);
}

void add_encounter(std::vector<Entry>& out, const Found& encounter) {
  const std::string reference = "Encounter/" + encounter.id;
  const std::string place = place_text(detail::place_of(encounter.resource));
  const std::optional<Instant> start = bound(encounter.resource, "start");
  if (start)
    out.push_back({*start, "admission", reference, "", text2("Admitted: " + place, "入院：" + place)});
  if (const std::optional<Instant> end = bound(encounter.resource, "end"))
    out.push_back({*end, "discharge", reference, "", text2("Discharged: " + place, "出院：" + place)});
  const json::array* locations = json::find_array(encounter.resource, "location");
  if (!locations) return;
  for (const json::value& item : *locations) {
    if (!item.is_object()) continue;
    const std::optional<Instant> moved = bound(item.get_object(), "start");
    const std::string kind = detail::first_coding(item.get_object(), "physicalType").code;
    if (!moved || (start && *moved <= *start) || (!kind.empty() && kind != "wa")) continue;
    const json::object* target = json::find_object(item.get_object(), "location");
    const std::string name = target ? text(*target, "display") : std::string();
    out.push_back({*moved, "transfer", reference, "", text2("Moved: " + name, "转科：" + name)});
  }
}

// One entry per hour that has vital signs: single values would drown the rest.
void add_vitals(std::vector<Entry>& out, const std::vector<Found>& observations) {
  struct Hour {
    Instant newest;
    size_t count = 0;
    std::string reference, flag;
  };
  std::map<int64_t, Hour> hours;
  for (const Found& observation : observations) {
    const std::optional<Instant> at = detail::effective_time(observation.resource);
    if (!at) continue;
    Hour& hour = hours[at->us / kHourUs];
    ++hour.count;
    const std::string flag = detail::interpretation(observation.resource);
    if (!flag.empty() && flag != "N") hour.flag = "A";
    if (*at < hour.newest) continue;
    hour.newest = *at;
    hour.reference = "Observation/" + observation.id;
  }
  for (const auto& [number, hour] : hours) {
    const std::string count = std::to_string(hour.count);
    out.push_back({hour.newest, "vitals", hour.reference, hour.flag,
                   text2("Vital signs: " + count + " values", "生命体征：" + count + " 项")});
  }
}

void add_report(std::vector<Entry>& out, const Found& report) {
  if (!detail::has_category(report.resource, "lab") && !detail::has_category(report.resource, "laboratory"))
    return;
  const std::optional<Instant> at = detail::effective_time(report.resource);
  const std::string name = detail::concept_text(report.resource, "code");
  const json::object known = detail::name_of_code(detail::first_coding(report.resource, "code").code, "");
  const std::string zh = text(known, "zh");
  if (at)
    out.push_back({*at, "lab", "DiagnosticReport/" + report.id, "",
                   text2("Laboratory: " + name, "检验：" + (zh.empty() ? name : zh))});
}

void add_result(std::vector<Entry>& out, const json::object& result, std::string_view when) {
  const json::object summary = detail::result_summary(result);
  const std::optional<Instant> at = detail::instant(when);
  const json::object* title = json::find_object(summary, "summary");
  if (at && title)
    out.push_back({*at, "result", "Result/" + text(summary, "id"), text(summary, "flag"), *title});
}

// A score of vital signs stands at their time, once for each set; of scores in a row that say the same only
// the first is shown. Other results stand where they were made.
void add_results(std::vector<Entry>& out, const std::vector<json::object>& results,
                 std::string_view score_application) {
  std::vector<json::object> scores;
  for (auto result = results.rbegin(); result != results.rend(); ++result) {
    const json::object* application = json::find_object(*result, "application");
    if (application && text(*application, "id") == score_application)
      scores.push_back(*result);
    else
      add_result(out, *result, text(*result, "created"));
  }
  std::vector<Entry> shown;
  for (const json::object& score : detail::last_of_each_minute(scores)) {
    const size_t before = shown.size();
    add_result(shown, score, detail::time_of(score));
    if (before > 0 && shown.size() > before && shown[before].title == shown[before - 1].title)
      shown.pop_back();
  }
  out.insert(out.end(), shown.begin(), shown.end());
}

void add_study(std::vector<Entry>& out, const archive::StudyInfo& study) {
  const std::optional<TimeSpan> at =
      parse_compact_time(study.date + study.time.substr(0, study.time.find('.')));
  const std::string name =
      detail::modality_of(study) + (study.description.empty() ? "" : " " + study.description);
  if (at)
    out.push_back(
        {at->first, "study", "Study/" + study.uid.str(), "", text2("Study: " + name, "检查：" + name)});
}

json::object task_text(const json::object& task) {
  return detail::translated(task, "description");
}

// The result that asked for the task: its identifier, as core/inference writes it.
std::string result_of(const json::object& task) {
  const json::array* identifiers = json::find_array(task, "identifier");
  if (!identifiers) return {};
  for (const json::value& identifier : *identifiers)
    if (identifier.is_object() && text(identifier.get_object(), "system") == kInferenceSystem)
      return text(identifier.get_object(), "value");
  return {};
}

void add_task(std::vector<Entry>& out, const Found& task) {
  const std::optional<Instant> at = detail::instant(text(task.resource, "authoredOn"));
  if (at) out.push_back({*at, "task", "Task/" + task.id, "", task_text(task.resource)});
}

}  // namespace

Result<json::object> Worklist::timeline(const trust::Access& access, const PatientId& patient,
                                        int64_t limit) {
  Rooms& rooms = impl_->rooms;
  XL_TRY(const detail::BannerPtr banner, impl_->banner(access, patient));
  std::vector<Entry> entries;
  XL_TRY(
      const std::vector<Found> encounters,
      detail::search_parsed(rooms.record, access, newest_of("Encounter", patient, "-date"), kResourcesMax));
  for (const Found& encounter : encounters) add_encounter(entries, encounter);
  record::SearchRequest vitals = newest_of("Observation", patient, "-date");
  vitals.parameters.push_back({"category", "", "vital-signs"});
  XL_TRY(const std::vector<Found> observations,
         detail::search_parsed(rooms.record, access, vitals, kResourcesMax));
  add_vitals(entries, observations);
  XL_TRY(const std::vector<Found> reports,
         detail::search_parsed(rooms.record, access, newest_of("DiagnosticReport", patient, "-date"),
                               kResourcesMax));
  for (const Found& report : reports) add_report(entries, report);
  XL_TRY(const std::vector<Found> tasks,
         detail::search_parsed(rooms.record, access, newest_of("Task", patient, ""), kResourcesMax));
  for (const Found& task : tasks) add_task(entries, task);
  XL_TRY(const std::vector<archive::StudyInfo> studies, rooms.archive.studies(access, patient));
  for (const archive::StudyInfo& study : studies) add_study(entries, study);
  XL_TRY(const std::vector<json::object> results, impl_->newest_results(access, patient, 500));
  add_results(entries, results, impl_->options.news2_application);

  // Of the same time, what follows from another stands above it: results are added after what they are about.
  std::reverse(entries.begin(), entries.end());
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) { return a.at > b.at; });
  if (entries.size() > static_cast<size_t>(limit)) entries.resize(static_cast<size_t>(limit));
  json::array items;
  for (Entry& entry : entries)
    items.push_back(json::object{{"t", format_rfc3339(entry.at)},
                                 {"kind", entry.kind},
                                 {"title", std::move(entry.title)},
                                 {"reference", entry.reference},
                                 {"flag", entry.flag}});
  return json::object{{"items", std::move(items)}};
}

Result<json::object> Worklist::tasks(const trust::Access& access, const PatientId& patient) {
  XL_TRY(std::vector<Found> found,
         detail::search_parsed(impl_->rooms.record, access, newest_of("Task", patient, ""), 500));
  std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
    return text(a.resource, "authoredOn") > text(b.resource, "authoredOn");
  });
  json::array items;
  for (const Found& task : found) {
    const json::object& resource = task.resource;
    const json::object* restriction = json::find_object(resource, "restriction");
    const json::object* period = restriction ? json::find_object(*restriction, "period") : nullptr;
    const json::object* owner = json::find_object(resource, "owner");
    const json::object none;
    items.push_back(json::object{
        {"id", task.id},
        {"status", text(resource, "status")},
        {"priority", text(resource, "priority").empty() ? "routine" : text(resource, "priority")},
        {"created", text(resource, "authoredOn")},
        {"due", detail::string_or_null(period ? *period : none, "end")},
        {"text", task_text(resource)},
        {"owner", detail::string_or_null(owner ? *owner : none, "display")},
        {"result", text_or_null(result_of(resource))}});
  }
  return json::object{{"items", std::move(items)}};
}

}  // namespace xinglin::worklist
