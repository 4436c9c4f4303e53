// Studies: those of one patient, the list over the whole archive, one study with what proves its custody.
#include <algorithm>
#include <charconv>

#include "service/worklist/detail/impl.h"

namespace xinglin::worklist {

using detail::text_or_null;

namespace {

constexpr size_t kInstancesShown = 200;  // of one series
constexpr size_t kResultsLookedAt = 500;

// The digits of a DA or TM, also in the forms with marks of the standard's predecessor (2004.01.19,
// 07:27:35); empty when it is neither.
std::string digits_of(std::string_view text, char mark) {
  std::string out;
  for (const char c : text)
    if (c != mark) out += c;
  const bool only_digits = std::all_of(out.begin(), out.end(), [](char c) { return c >= '0' && c <= '9'; });
  return only_digits ? out : std::string();
}

std::string dicom_date(std::string_view da) {
  const std::string d = digits_of(da, '.');
  return d.size() == 8 ? d.substr(0, 4) + "-" + d.substr(4, 2) + "-" + d.substr(6, 2) : std::string();
}

std::string dicom_time(std::string_view tm) {
  const std::string d = digits_of(tm.substr(0, tm.find('.')), ':');
  if (d.size() != 4 && d.size() != 6) return {};
  return d.substr(0, 2) + ":" + d.substr(2, 2) + (d.size() == 6 ? ":" + d.substr(4, 2) : "");
}

// One group of a person name (PS3.5 6.2.1): family, given, middle.
std::string shown_group(std::string_view group, bool ideographic) {
  std::string family, given;
  size_t start = 0;
  for (int component = 0; component < 3 && start <= group.size(); ++component) {
    const size_t cut = std::min(group.find('^', start), group.size());
    const std::string_view part = group.substr(start, cut - start);
    std::string& into = component == 0 ? family : given;
    if (!into.empty() && !part.empty() && !ideographic) into += ' ';
    into += part;
    start = cut + 1;
  }
  if (family.empty() || given.empty()) return family + given;
  return family + (ideographic ? "" : ", ") + given;
}

struct ShownName {
  std::string plain, local;
};
ShownName shown_name(const std::string& name) {
  const size_t first = name.find('='),
               second = first == std::string::npos ? first : name.find('=', first + 1);
  const bool local_only = !name.empty() && static_cast<unsigned char>(name.front()) >= 0xE3;
  ShownName out{shown_group(name.substr(0, first), local_only), ""};
  if (first != std::string::npos)
    out.local = shown_group(
        std::string_view(name).substr(first + 1, second == std::string::npos ? second : second - first - 1),
        true);
  if (out.plain.empty()) std::swap(out.plain, out.local);
  return out;
}

json::value gender_of(const std::string& sex) {
  if (sex.empty()) return nullptr;
  return json::value(sex == "M" ? "male" : sex == "F" ? "female" : sex == "O" ? "other" : "unknown");
}

json::object as_in_images(const archive::PatientAttributes& patient) {
  const ShownName name = shown_name(patient.name);
  return {{"name", name.plain},
          {"name_local", text_or_null(name.local)},
          {"id", patient.id},
          {"issuer", patient.issuer},
          {"birth_date", text_or_null(dicom_date(patient.birth_date))},
          {"gender", gender_of(patient.sex)}};
}

json::object study_document(const archive::StudyRow& study, const detail::Banners& banners) {
  json::array modalities;
  for (const std::string& one : study.modalities) modalities.emplace_back(one);
  const auto banner = banners.find(study.patient.str());
  json::value patient = nullptr;
  if (banner != banners.end()) patient = banner->second->document();
  return {{"uid", study.uid.str()},
          {"date", text_or_null(dicom_date(study.date))},
          {"time", text_or_null(dicom_time(study.time))},
          {"description", study.description},
          {"accession", study.accession_number},
          {"modalities", std::move(modalities)},
          {"series_count", study.series},
          {"instances", study.instances},
          {"first_received_at", format_rfc3339(study.first_received_at)},
          {"last_received_at", format_rfc3339(study.last_received_at)},
          {"state", to_string(study.state)},
          {"rejected", study.rejected},
          {"deleted", study.deleted},
          {"purged", study.purged},
          {"patient", std::move(patient)},
          {"in_images", as_in_images(study.attributes)}};
}

json::object series_document(const archive::SeriesRow& series) {
  return {{"uid", series.uid.str()},
          {"number", series.number},
          {"modality", series.modality},
          {"description", series.description},
          {"body_part", series.body_part},
          {"protocol", series.protocol},
          {"station", series.station},
          {"date", text_or_null(dicom_date(series.date))},
          {"time", text_or_null(dicom_time(series.time))},
          {"instances", series.instances},
          {"first_sop", series.first.str()},
          {"picture", series.picture}};
}

json::array history_document(const archive::LifeOfStudy& life) {
  json::array out;
  for (const archive::LifeAct& act : life.history)
    out.push_back(json::object{{"id", act.id},
                               {"act", act.act},
                               {"who", act.who},
                               {"why", act.why},
                               {"at", format_rfc3339(act.at)},
                               {"detail", act.detail}});
  return out;
}

json::value time_or_null(const std::optional<Instant>& at) {
  return at ? json::value(format_rfc3339(*at)) : json::value(nullptr);
}

json::array corrections_document(const std::vector<archive::Correction>& corrections) {
  json::array out;
  for (const archive::Correction& one : corrections) {
    json::array changes;
    for (const archive::AttributeChange& change : one.changes)
      changes.push_back(
          json::object{{"attribute", change.keyword}, {"before", change.before}, {"after", change.after}});
    out.push_back(json::object{{"id", one.id},
                               {"kind", to_string(one.kind)},
                               {"at", format_rfc3339(one.at)},
                               {"who", one.who},
                               {"why", one.why},
                               {"changes", std::move(changes)},
                               {"moved_from", text_or_null(one.moved_from.str())},
                               {"moved_to", text_or_null(one.moved_to.str())},
                               {"undone_at", time_or_null(one.undone_at)},
                               {"undone_by", text_or_null(one.undone_by)},
                               {"undone_why", text_or_null(one.undone_why)}});
  }
  return out;
}

// Those that a person may correct, as they are given out.
json::object attributes_document(const archive::StudyRow& study) {
  return {{"PatientName", study.attributes.name},
          {"PatientBirthDate", study.attributes.birth_date},
          {"PatientSex", study.attributes.sex},
          {"AccessionNumber", study.accession_number},
          {"StudyDescription", study.description},
          {"StudyID", study.study_id},
          {"StudyDate", study.date},
          {"StudyTime", study.time},
          {"ReferringPhysicianName", study.referring_physician}};
}

json::object instance_document(const archive::InstanceRow& row) {
  const archive::CustodyReceipt& receipt = row.receipt;
  return {{"sop", receipt.sop_instance.str()},
          {"sop_class", row.sop_class.str()},
          {"transfer_syntax", row.transfer_syntax.str()},
          {"number", row.number},
          {"frames", row.frames},
          {"sha256", to_hex(receipt.digest)},
          {"size_bytes", receipt.size_bytes},
          {"received_at", format_rfc3339(receipt.received_at)},
          {"sender", receipt.sender},
          {"called_ae", receipt.called_ae},
          {"audit_leaf", receipt.audit_leaf},
          {"damage", text_or_null(row.damage)},
          {"deleted_at", time_or_null(receipt.deleted_at)},
          {"purged_at", time_or_null(receipt.purged_at)}};
}

}  // namespace

std::string detail::modality_of(const archive::StudyInfo& study) {
  return study.series.empty() ? std::string() : study.series.front().modality;
}

Result<json::object> Worklist::studies(const trust::Access& access, const PatientId& patient) {
  Rooms& rooms = impl_->rooms;
  XL_TRY(const std::vector<archive::StudyInfo> studies, rooms.archive.studies(access, patient));
  std::vector<std::pair<std::string, json::object>> documents;
  for (const archive::StudyInfo& study : studies) {
    json::array series;
    for (const archive::SeriesInfo& one : study.series) {
      XL_TRY(const std::vector<archive::InstanceInfo> instances, rooms.archive.instances(access, one.uid));
      json::array shown;
      for (size_t i = 0; i < std::min(instances.size(), kInstancesShown); ++i)
        shown.push_back(json::object{{"sop", instances[i].sop_instance.str()},
                                     {"sop_class", instances[i].sop_class.str()},
                                     {"received_at", format_rfc3339(instances[i].received_at)}});
      series.push_back(json::object{{"uid", one.uid.str()},
                                    {"modality", one.modality},
                                    {"description", one.description},
                                    {"instances", std::move(shown)}});
    }
    documents.emplace_back(study.date + study.time,
                           json::object{{"uid", study.uid.str()},
                                        {"date", text_or_null(dicom_date(study.date))},
                                        {"time", text_or_null(dicom_time(study.time))},
                                        {"description", study.description},
                                        {"modality", detail::modality_of(study)},
                                        {"accession", study.accession_number},
                                        {"instances", study.instances},
                                        {"series", std::move(series)}});
  }
  std::stable_sort(documents.begin(), documents.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  json::array items;
  for (auto& [when, document] : documents) items.push_back(std::move(document));
  return json::object{{"items", std::move(items)}};
}

Result<json::object> Worklist::study_list(const trust::Access& access, const archive::StudyFilter& filter) {
  XL_TRY(const archive::StudyPage page, impl_->rooms.studies.list(access, filter));
  std::vector<std::string> ids;
  for (const archive::StudyRow& row : page.rows) ids.push_back(row.patient.str());
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  XL_TRY(const detail::Banners banners, impl_->directory.banners(ids));
  json::array items;
  for (const archive::StudyRow& row : page.rows) items.push_back(study_document(row, banners));
  return json::object{{"items", std::move(items)},
                      {"next", text_or_null(page.next)},
                      {"short_of_limit", page.short_of_limit}};
}

Result<json::object> Worklist::study(const trust::Access& access, const StudyUid& uid) {
  XL_TRY(const archive::StudyDetail found, impl_->rooms.studies.study(access, uid));
  const PatientId& patient = found.study.patient;
  XL_TRY(const detail::Banners banners, impl_->directory.banners({patient.str()}));
  json::object out = study_document(found.study, banners);
  const ShownName referring = shown_name(found.study.referring_physician);
  out["study_id"] = found.study.study_id;
  out["referring_physician"] = referring.local.empty() ? referring.plain : referring.local;
  json::array series;
  for (const archive::SeriesRow& one : found.series) series.push_back(series_document(one));
  out["series"] = std::move(series);
  XL_TRY(const archive::LifeOfStudy life, impl_->rooms.life.of(access, uid));
  out["history"] = history_document(life);
  XL_TRY(const auto corrections, impl_->rooms.corrections.of(access, uid));
  out["corrections"] = corrections_document(corrections);
  out["attributes"] = attributes_document(found.study);
  XL_TRY(const std::vector<json::object> results, impl_->newest_results(access, patient, kResultsLookedAt));
  json::array about;
  for (const json::object& result : results) {
    json::value study = impl_->study_of(result);
    if (!study.is_object() || detail::text(study.get_object(), "uid") != uid.str()) continue;
    json::object item = detail::result_summary(result);
    item["study"] = std::move(study);
    about.push_back(std::move(item));
  }
  out["results"] = std::move(about);
  return out;
}

Result<json::object> Worklist::study_instances(const trust::Access& access, const StudyUid& uid,
                                               const SeriesUid& series, const std::string& cursor,
                                               int64_t limit) {
  int64_t after = 0;
  const auto [end, error] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), after);
  if (!cursor.empty() && (error != std::errc() || end != cursor.data() + cursor.size() || after < 0))
    return Error(kBadCursor);
  XL_TRY(const archive::InstancePage page, impl_->rooms.studies.instances(access, uid, series, after, limit));
  json::array items;
  for (const archive::InstanceRow& row : page.rows) items.push_back(instance_document(row));
  return json::object{
      {"items", std::move(items)},
      {"next", page.next == 0 ? json::value(nullptr) : json::value(std::to_string(page.next))}};
}

}  // namespace xinglin::worklist
