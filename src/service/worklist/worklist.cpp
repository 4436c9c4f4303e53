#include "service/worklist/worklist.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <tuple>

#include "service/worklist/detail/impl.h"

namespace xinglin::worklist {

using detail::BannerPtr;
using detail::text;
using trust::Permission;

namespace {

std::vector<std::string> ids_of(const std::vector<BannerPtr>& banners) {
  std::vector<std::string> out;
  out.reserve(banners.size());
  for (const BannerPtr& banner : banners) out.push_back(banner->id);
  return out;
}

std::vector<BannerPtr> in_ward(const std::vector<BannerPtr>& banners, const std::string& ward) {
  std::vector<BannerPtr> out;
  for (const BannerPtr& banner : banners)
    if (ward.empty() || banner->ward == ward) out.push_back(banner);
  return out;
}

// A page of a sorted list in memory: the cursor is where the next one begins.
Result<size_t> offset_of(const std::string& cursor) {
  size_t offset = 0;
  if (cursor.empty()) return offset;
  const auto [end, error] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), offset);
  if (error != std::errc() || end != cursor.data() + cursor.size()) return Error(kBadCursor);
  return offset;
}

Result<std::vector<inference::Status>> statuses_of(const std::string& status) {
  if (status.empty() || status == "all") return std::vector<inference::Status>();
  if (status == "open") return std::vector{inference::Status::Unread, inference::Status::Read};
  XL_TRY(const inference::Status one, inference::parse_status(status));
  return std::vector{one};
}

}  // namespace

Worklist::Worklist(Rooms rooms, Options options) : impl_(std::make_unique<Impl>(rooms, std::move(options))) {}
Worklist::~Worklist() = default;
void Worklist::note(const journal::Event& event) {
  impl_->directory.note(event);
}

Result<BannerPtr> Worklist::Impl::banner(const trust::Access& access, const PatientId& patient) {
  XL_CHECK(access.require(Permission::ReadClinical));
  XL_TRY(BannerPtr found, directory.banner(patient.str()));
  if (!found) return Error(record::kNoResource, "no patient has this id");
  return found;
}

void Worklist::Impl::audit_search(const trust::Access& access, std::string_view what, size_t shown) {
  rooms.audit.record(access,
                     {trust::Action::Search, std::string(what), "", true, std::to_string(shown) + " shown"});
}

Result<json::object> Worklist::patient_ref(const trust::Access& access, const PatientId& patient) {
  XL_TRY(const BannerPtr banner, impl_->banner(access, patient));
  impl_->rooms.audit.record(access,
                            {trust::Action::Read, "Patient/" + banner->id, banner->id, true, "banner"});
  return banner->document();
}

Result<json::object> Worklist::list(const trust::Access& access, const WorklistQuery& query) {
  XL_CHECK(access.require(Permission::ReadClinical));
  Impl& impl = *impl_;
  XL_TRY(const std::vector<BannerPtr> present, impl.directory.present());
  const std::vector<BannerPtr> ward = in_ward(present, query.ward);
  inference::Counts counts;
  if (query.ward.empty()) {
    XL_TRY(counts, impl.rooms.results.counts(access));
  } else {
    XL_TRY(counts, impl.rooms.results.counts_of(access, ids_of(ward)));
  }

  inference::ListRequest request;
  if (!query.application.empty()) request.applications = {query.application};
  if (!query.flag.empty()) request.flags = {query.flag};
  XL_TRY(request.statuses, statuses_of(query.status));
  if (!query.priority.empty()) {
    XL_TRY(const inference::Priority priority, inference::parse_priority(query.priority));
    request.priorities = {priority};
  }
  request.count = query.limit;
  request.cursor = query.cursor;
  bool nobody = false;
  if (!query.text.empty()) {
    XL_TRY(const std::vector<BannerPtr> found, impl.directory.search(query.text, impl.options.patients_max));
    request.patients = ids_of(in_ward(found, query.ward));
    nobody = request.patients.empty();
  } else if (!query.ward.empty()) {
    request.patients = ids_of(ward);
    nobody = request.patients.empty();
  }
  inference::Page page;
  if (!nobody) {
    XL_TRY(page, impl.rooms.results.list(access, request));
  }
  XL_TRY(json::array items, impl.worklist_items(access, page.results));
  return json::object{
      {"items", std::move(items)},
      {"total", page.total},
      {"counts",
       json::object{{"unread", counts.unread}, {"urgent", counts.open_urgent}, {"stat", counts.open_stat}}},
      {"next", detail::text_or_null(page.next_cursor)}};
}

Result<json::array> Worklist::Impl::worklist_items(const trust::Access& access,
                                                   const std::vector<json::object>& results) {
  std::vector<std::string> ids;
  for (const json::object& result : results) ids.push_back(text(result, "patient"));
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  XL_TRY(const detail::Banners banners, directory.banners(ids));
  XL_TRY(json::object news2, latest_news2(access, ids));
  json::array items;
  for (const json::object& result : results) {
    const std::string patient = text(result, "patient");
    const auto banner = banners.find(patient);
    if (banner == banners.end()) continue;
    json::object item = detail::result_summary(result);
    item["patient"] = banner->second->document();
    item["news2"] = news2.contains(patient) ? news2[patient] : json::value(nullptr);
    item["study"] = study_of(result);
    items.push_back(std::move(item));
  }
  audit_search(access, "Worklist", items.size());
  return items;
}

Result<json::object> Worklist::wards(const trust::Access& access) {
  XL_CHECK(access.require(Permission::ReadClinical));
  XL_TRY(const std::vector<BannerPtr> present, impl_->directory.present());
  std::map<std::string, std::vector<std::string>> wards;
  for (const BannerPtr& banner : present)
    if (!banner->ward.empty()) wards[banner->ward].push_back(banner->id);
  json::array items;
  for (const auto& [name, patients] : wards) {
    XL_TRY(const inference::Counts counts, impl_->rooms.results.counts_of(access, patients));
    items.push_back(json::object{{"name", name}, {"patients", patients.size()}, {"unread", counts.unread}});
  }
  return json::object{{"items", std::move(items)}};
}

json::object Worklist::applications() const {
  json::array items;
  for (const inference::CatalogEntry& entry : impl_->rooms.catalog.entries()) {
    const inference::Manifest& manifest = entry.manifest;
    items.push_back(
        json::object{{"id", manifest.id.str()},
                     {"version", manifest.version},
                     {"name", detail::text2(manifest.name.en, manifest.name.zh)},
                     {"intended_use", detail::text2(manifest.intended_use.en, manifest.intended_use.zh)},
                     {"modality", manifest.waveform ? json::value("ECG") : json::value(nullptr)}});
  }
  return {{"items", std::move(items)}};
}

namespace {

struct Row {
  BannerPtr banner;
  json::value news2;
  double score = -1;
  int64_t unread = 0;
};

bool before(const Row& a, const Row& b, PatientOrder order) {
  const auto place = [](const Row& row) {
    return std::tie(row.banner->ward, row.banner->bed, row.banner->name);
  };
  switch (order) {
    case PatientOrder::News2:
      if (a.score != b.score) return a.score > b.score;
      break;
    case PatientOrder::Name:
      if (a.banner->name != b.banner->name) return a.banner->name < b.banner->name;
      break;
    case PatientOrder::Ward:
      break;
  }
  return place(a) < place(b);
}

json::object row_document(const Row& row) {
  json::object out = row.banner->document();
  out["news2"] = row.news2;
  out["unread"] = row.unread;
  out["admitted"] = detail::text_or_null(row.banner->admitted);
  return out;
}

}  // namespace

Result<json::object> Worklist::patients(const trust::Access& access, const PatientsQuery& query) {
  XL_CHECK(access.require(Permission::ReadClinical));
  Impl& impl = *impl_;
  XL_TRY(const size_t offset, offset_of(query.cursor));
  std::vector<BannerPtr> found;
  if (query.present_only) {
    XL_TRY(found, impl.directory.present());
    if (!query.text.empty())
      std::erase_if(found, [&](const BannerPtr& b) {
        return !detail::Directory::matches(*b, detail::lower(query.text));
      });
  } else {
    XL_TRY(found, impl.directory.search(query.text, impl.options.patients_max));
  }
  found = in_ward(found, query.ward);
  const std::vector<std::string> ids = ids_of(found);
  XL_TRY(json::object news2, impl.latest_news2(access, ids));
  std::vector<Row> rows;
  for (const BannerPtr& banner : found) {
    Row row{banner, news2.contains(banner->id) ? news2[banner->id] : json::value(nullptr)};
    if (row.news2.is_object()) row.score = json::find_number(row.news2.as_object(), "score").value_or(-1);
    rows.push_back(std::move(row));
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const Row& a, const Row& b) { return before(a, b, query.order); });
  const size_t begin = std::min(offset, rows.size()),
               end = std::min(begin + static_cast<size_t>(query.limit), rows.size());
  std::vector<std::string> shown;
  for (size_t i = begin; i < end; ++i) shown.push_back(rows[i].banner->id);
  XL_TRY(const auto unread, impl.unread_by_patient(access, shown));
  json::array items;
  for (size_t i = begin; i < end; ++i) {
    const auto count = unread.find(rows[i].banner->id);
    if (count != unread.end()) rows[i].unread = count->second;
    items.push_back(row_document(rows[i]));
  }
  impl.audit_search(access, "Patient", items.size());
  return json::object{{"items", std::move(items)},
                      {"total", rows.size()},
                      {"next", end < rows.size() ? json::value(std::to_string(end)) : json::value(nullptr)}};
}

}  // namespace xinglin::worklist
