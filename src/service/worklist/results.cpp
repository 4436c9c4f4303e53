// AI results on pages: the card, the lists beside a patient, the NEWS2 trend.
#include <algorithm>
#include <map>

#include "service/worklist/detail/impl.h"

namespace xinglin::worklist {

using detail::Found;
using detail::text;
using detail::text2;

namespace {

constexpr int64_t kPage = 500;
constexpr size_t kResultsMax = 5000;  // of one question; the newest
constexpr size_t kStudiesMax = 10'000;

std::string sop_of_subject(const json::object& result) {
  const std::string subject = text(result, "subject");
  if (subject.starts_with("sop:")) return subject.substr(4);
  return subject.find('/') == std::string::npos ? subject : std::string();
}

Result<std::vector<json::object>> list_all(inference::Results& results, const trust::Access& access,
                                           inference::ListRequest request, size_t most) {
  if (request.order == inference::Order::PriorityThenNewest) request.order = inference::Order::Newest;
  std::vector<json::object> out;
  while (out.size() < most) {
    request.count = std::min<int64_t>(kPage, static_cast<int64_t>(most - out.size()));
    XL_TRY(inference::Page page, results.list(access, request));
    for (json::object& result : page.results) out.push_back(std::move(result));
    if (page.next_cursor.empty()) break;
    request.cursor = page.next_cursor;
  }
  return out;
}

}  // namespace

// Where an instance belongs never changes, so it is asked once.
json::value Worklist::Impl::study_of(const json::object& result) {
  const std::string sop = sop_of_subject(result);
  if (sop.empty()) return nullptr;
  {
    const std::lock_guard lock(studies_mutex);
    if (const auto found = studies.find(sop); found != studies.end()) return found->second;
  }
  const auto info = rooms.archive.find(trust::Access::system("worklist"), SopInstanceUid(sop));
  if (!info) return nullptr;
  json::object study{{"uid", info->study.str()}, {"modality", info->modality}, {"sop", sop}};
  const std::lock_guard lock(studies_mutex);
  if (studies.size() >= kStudiesMax) studies.clear();
  studies[sop] = study;
  return study;
}

Result<json::object> Worklist::Impl::latest_news2(const trust::Access& access,
                                                  const std::vector<std::string>& ids) {
  json::object out;
  constexpr size_t kChunk = 400;
  for (size_t from = 0; from < ids.size(); from += kChunk) {
    inference::ListRequest request;
    request.patients.assign(ids.begin() + static_cast<ptrdiff_t>(from),
                            ids.begin() + static_cast<ptrdiff_t>(std::min(from + kChunk, ids.size())));
    request.applications = {options.news2_application};
    request.with_findings = true;
    XL_TRY(const std::vector<json::object> found, list_all(rooms.results, access, request, kResultsMax));
    for (const json::object& result : found) {
      const std::string patient = text(result, "patient");
      if (out.contains(patient)) continue;  // newest first
      if (json::value news2 = detail::news2_short(result); !news2.is_null()) out[patient] = std::move(news2);
    }
  }
  return out;
}

Result<std::map<std::string, int64_t>> Worklist::Impl::unread_by_patient(
    const trust::Access& access, const std::vector<std::string>& ids) {
  std::map<std::string, int64_t> out;
  if (ids.empty()) return out;
  inference::ListRequest request;
  request.patients = ids;
  request.statuses = {inference::Status::Unread};
  XL_TRY(const std::vector<json::object> found, list_all(rooms.results, access, request, kResultsMax));
  for (const json::object& result : found) ++out[text(result, "patient")];
  return out;
}

Result<std::vector<json::object>> Worklist::Impl::newest_results(const trust::Access& access,
                                                                 const PatientId& patient, size_t most) {
  inference::ListRequest request;
  request.patient = patient.str();
  request.superseded = inference::Superseded::Show;
  return list_all(rooms.results, access, request, most);
}

Result<json::value> Worklist::Impl::newest_result_about(const trust::Access& access, const PatientId& patient,
                                                        const SopInstanceUid& sop) {
  XL_TRY(const std::vector<json::object> found, newest_results(access, patient, kPage));
  for (const json::object& result : found)
    if (sop_of_subject(result) == sop.str()) return json::value(text(result, "id"));
  return json::value(nullptr);
}

Result<json::object> Worklist::patient_results(const trust::Access& access, const PatientId& patient,
                                               int64_t limit) {
  XL_TRY(const std::vector<json::object> found,
         impl_->newest_results(access, patient, static_cast<size_t>(limit)));
  json::array items;
  for (const json::object& result : found) {
    json::object item = detail::result_summary(result);
    item["study"] = impl_->study_of(result);
    items.push_back(std::move(item));
  }
  return json::object{{"items", std::move(items)}};
}

Result<json::object> Worklist::news2(const trust::Access& access, const PatientId& patient, int64_t hours) {
  const Instant to = impl_->rooms.clock.now(), from = to + -hours * kHourUs;
  inference::ListRequest request;
  request.patient = patient.str();
  request.applications = {impl_->options.news2_application};
  request.superseded = inference::Superseded::Show;
  request.facts_since = from;
  request.order = inference::Order::NewestFact;
  request.with_findings = true;
  XL_TRY(const std::vector<json::object> found, list_all(impl_->rooms.results, access, request, kResultsMax));
  json::array points = detail::news2_points(detail::last_of_each_minute(found));
  XL_TRY(json::object scale, spo2_scale(access, patient));
  return json::object{{"from", format_rfc3339(from)},
                      {"to", format_rfc3339(to)},
                      {"points", std::move(points)},
                      {"spo2_scale", std::move(scale)}};
}

namespace {

json::value risk_document(const json::object& assessment) {
  const json::array* predictions = json::find_array(assessment, "prediction");
  if (!predictions || predictions->empty() || !predictions->front().is_object()) return nullptr;
  const json::object& prediction = predictions->front().get_object();
  return json::object{{"outcome", detail::concept_text(prediction, "outcome")},
                      {"qualitative", detail::concept_text(prediction, "qualitativeRisk")},
                      {"rationale", detail::translated(prediction, "rationale")}};
}

json::value escalation_document(const json::object& task) {
  const json::object none;
  const json::object* owner = json::find_object(task, "owner");
  const json::object* restriction = json::find_object(task, "restriction");
  const json::object* period = restriction ? json::find_object(*restriction, "period") : nullptr;
  const std::string priority = text(task, "priority");
  return json::object{{"priority", priority.empty() ? "routine" : priority},
                      {"text", detail::translated(task, "description")},
                      {"ward", text(owner ? *owner : none, "display")},
                      {"due", detail::string_or_null(period ? *period : none, "end")}};
}

// The resource an output names, if it is of the type and still there.
std::optional<json::object> output(record::Record& record, const trust::Access& access,
                                   const json::object& document, std::string_view type) {
  const json::array* outputs = json::find_array(document, "outputs");
  const std::string prefix = std::string(type) + "/";
  if (!outputs) return std::nullopt;
  for (const json::value& item : *outputs) {
    const std::string reference = item.is_object() ? text(item.get_object(), "reference") : std::string();
    if (!reference.starts_with(prefix)) continue;
    const Result<record::Resource> resource = record.read_now(access, type, reference.substr(prefix.size()));
    if (!resource) return std::nullopt;
    Result<json::object> parsed = resource->parsed();
    if (parsed) return std::move(*parsed);
  }
  return std::nullopt;
}

}  // namespace

Result<json::object> Worklist::result(const trust::Access& access, const InferenceId& id) {
  Rooms& rooms = impl_->rooms;
  XL_TRY(const json::object result, rooms.results.get(access, id));
  XL_TRY(const detail::BannerPtr banner, impl_->banner(access, PatientId(text(result, "patient"))));
  json::object out = detail::result_document(result, *banner);
  out["study"] = impl_->study_of(result);
  json::object& application = out["application"].as_object();
  const inference::CatalogEntry* entry = rooms.catalog.find(text(application, "id"));
  application["intended_use"] =
      entry ? text2(entry->manifest.intended_use.en, entry->manifest.intended_use.zh) : text2("", "");
  json::array limits;
  if (entry)
    for (const inference::Bilingual& limit : entry->manifest.known_limits)
      limits.push_back(text2(limit.en, limit.zh));
  out["limits"] = std::move(limits);
  if (const auto assessment = output(rooms.record, access, out, "RiskAssessment"))
    out["risk"] = risk_document(*assessment);
  if (const auto task = output(rooms.record, access, out, "Task"))
    out["escalation"] = escalation_document(*task);
  return out;
}

}  // namespace xinglin::worklist
