#include "service/worklist/detail/directory.h"

#include <algorithm>
#include <utility>

#include "service/worklist/worklist.h"

namespace xinglin::worklist::detail {
namespace {

constexpr size_t kChunk = 100;  // ids in one search
constexpr int64_t kPage = 500;

std::string join(const std::vector<std::string>& ids, size_t from, size_t to) {
  std::string out;
  for (size_t i = from; i < to; ++i) out += (out.empty() ? "" : ",") + ids[i];
  return out;
}

// Every match, page by page.
Result<std::vector<record::Resource>> search_all(record::Record& record, record::SearchRequest request) {
  const trust::Access house = trust::Access::system("worklist");
  request.count = kPage;
  std::vector<record::Resource> out;
  while (true) {
    XL_TRY(record::SearchResult page, record.search_now(house, request));
    for (record::Resource& resource : page.matches) out.push_back(std::move(resource));
    if (page.next_cursor.empty()) return out;
    request.cursor = page.next_cursor;
  }
}

Banner banner_of(const std::string& id, const json::object& patient) {
  Banner out;
  out.id = id;
  const Names names = names_of(patient);
  out.name = names.latin;
  out.name_local = names.local;
  out.mrn = medical_record_number(patient);
  out.birth_date = text(patient, "birthDate");
  out.gender = text(patient, "gender");
  out.synthetic = is_synthetic(patient);
  out.active = json::find_bool(patient, "active").value_or(true);
  out.search_text = lower(out.name) + "\n" + lower(out.name_local);
  if (const json::array* identifiers = json::find_array(patient, "identifier"))
    for (const json::value& item : *identifiers)
      if (item.is_object())
        if (const std::string value = text(item.get_object(), "value"); !value.empty())
          out.numbers.push_back(lower(value));
  return out;
}

void add_encounter(Banner& banner, const std::string& id, const json::object& encounter) {
  std::string admitted;
  if (const json::object* period = json::find_object(encounter, "period")) admitted = text(*period, "start");
  if (!banner.encounter.empty() && admitted < banner.admitted) return;  // the newest of several open ones
  const Place place = place_of(encounter);
  banner.encounter = id;
  banner.admitted = admitted;
  banner.ward = place.ward;
  banner.bed = place.bed;
}

}  // namespace

json::object Banner::document() const {
  return {{"id", id},
          {"name", name},
          {"name_local", text_or_null(name_local)},
          {"mrn", text_or_null(mrn)},
          {"birth_date", text_or_null(birth_date)},
          {"gender", text_or_null(gender)},
          {"ward", text_or_null(ward)},
          {"bed", text_or_null(bed)},
          {"synthetic", synthetic}};
}

void Directory::note(const journal::Event& event) {
  const bool patient = event.type.starts_with("record.patient-");
  if (!patient && !event.type.starts_with("record.encounter-") && !event.type.starts_with("identity."))
    return;
  const std::lock_guard lock(mutex_);
  ++notes_;
  if (!event.patient.empty()) noted_[event.patient] = notes_;
  if (event.subject.starts_with("Patient/")) noted_[event.subject.substr(8)] = notes_;
}

void Directory::put(const std::string& id, BannerPtr banner, int64_t load) {
  const auto found = banners_.find(id);
  if (found != banners_.end() && found->second.loaded > load) return;
  if (banner && banner->present())
    present_.insert(id);
  else
    present_.erase(id);
  if (!banner) {
    banners_.erase(id);
    return;
  }
  // Those present stay; of the others any may go, they are read again when asked for.
  if (banners_.size() >= banners_max_)
    std::erase_if(banners_, [](const auto& entry) { return !entry.second.banner->present(); });
  banners_[id] = {std::move(banner), load};
}

namespace {

// The banners of one chunk of ids, as the record has them now.
Result<std::map<std::string, Banner>> read_banners(record::Record& record, const std::string& ids) {
  record::SearchRequest patients, encounters;
  patients.type = "Patient";
  patients.parameters = {{"_id", "", ids}};
  XL_TRY(const std::vector<record::Resource> found, search_all(record, patients));
  encounters.type = "Encounter";
  encounters.parameters = {{"patient", "", ids}, {"status", "", "in-progress"}};
  XL_TRY(const std::vector<record::Resource> open, search_all(record, encounters));

  std::map<std::string, Banner> out;
  for (const record::Resource& resource : found) {
    XL_TRY(const json::object patient, resource.parsed());
    out.emplace(resource.id, banner_of(resource.id, patient));
  }
  for (const record::Resource& resource : open) {
    const auto banner = out.find(resource.patient);
    if (banner == out.end()) continue;
    XL_TRY(const json::object encounter, resource.parsed());
    add_encounter(banner->second, resource.id, encounter);
  }
  return out;
}

}  // namespace

Result<Banners> Directory::load(const std::vector<std::string>& ids) {
  Banners out;
  for (size_t from = 0; from < ids.size(); from += kChunk) {
    const size_t to = std::min(from + kChunk, ids.size());
    int64_t load = 0;
    {
      const std::lock_guard lock(mutex_);
      load = ++loads_;
    }
    XL_TRY(auto read, read_banners(record_, join(ids, from, to)));
    const std::lock_guard lock(mutex_);
    for (size_t i = from; i < to; ++i) {
      const auto banner = read.find(ids[i]);
      const BannerPtr kept =
          banner == read.end() ? nullptr : std::make_shared<const Banner>(std::move(banner->second));
      if (kept) out.emplace(ids[i], kept);
      put(ids[i], kept, load);
    }
  }
  return out;
}

Result<void> Directory::load_present() {
  record::SearchRequest request;
  request.type = "Encounter";
  request.parameters = {{"status", "", "in-progress"}};
  XL_TRY(const std::vector<record::Resource> open, search_all(record_, request));
  std::set<std::string> ids;
  for (const record::Resource& resource : open)
    if (!resource.patient.empty()) ids.insert(resource.patient);
  XL_CHECK(load({ids.begin(), ids.end()}));
  const std::lock_guard lock(mutex_);
  present_loaded_ = true;
  return {};
}

// Reads what was noted again. A note stays until its patient has been read, so that nobody is answered from
// before it.
Result<void> Directory::refresh() {
  std::map<std::string, int64_t> changed;
  {
    const std::lock_guard lock(mutex_);
    changed = noted_;
  }
  if (changed.empty()) return {};
  std::vector<std::string> ids;
  for (const auto& [id, noted] : changed) ids.push_back(id);
  XL_CHECK(load(ids));
  const std::lock_guard lock(mutex_);
  std::erase_if(noted_, [&](const auto& entry) {
    const auto read = changed.find(entry.first);
    return read != changed.end() && read->second == entry.second;
  });
  return {};
}

Result<Banners> Directory::banners(const std::vector<std::string>& ids) {
  XL_CHECK(refresh());
  Banners out;
  std::vector<std::string> missing;
  {
    const std::lock_guard lock(mutex_);
    for (const std::string& id : ids) {
      const auto found = banners_.find(id);
      if (found == banners_.end())
        missing.push_back(id);
      else
        out.emplace(id, found->second.banner);
    }
  }
  if (missing.empty()) return out;
  XL_TRY(Banners loaded, load(missing));
  out.merge(loaded);
  return out;
}

Result<BannerPtr> Directory::banner(const std::string& id) {
  XL_TRY(const Banners found, banners({id}));
  return found.empty() ? BannerPtr() : found.begin()->second;
}

Result<std::vector<BannerPtr>> Directory::present() {
  XL_CHECK(refresh());
  bool loaded = false;
  {
    const std::lock_guard lock(mutex_);
    loaded = present_loaded_;
  }
  if (!loaded) XL_CHECK(load_present());
  std::vector<BannerPtr> out;
  const std::lock_guard lock(mutex_);
  for (const std::string& id : present_) out.push_back(banners_.at(id).banner);
  return out;
}

bool Directory::matches(const Banner& banner, const std::string& lower_text) {
  return banner.search_text.find(lower_text) != std::string::npos ||
         std::any_of(banner.numbers.begin(), banner.numbers.end(),
                     [&](const std::string& number) { return number.starts_with(lower_text); });
}

namespace {

// The searches that find patients by what was typed; nothing typed finds everyone.
std::vector<record::SearchRequest> searches_for(const std::string& text) {
  std::vector<record::SearchRequest> out;
  if (text.empty()) {
    out.emplace_back().type = "Patient";
    return out;
  }
  for (const auto& [name, modifier] : {std::pair("name", "contains"), std::pair("identifier", "")}) {
    record::SearchRequest& request = out.emplace_back();
    request.type = "Patient";
    request.parameters = {{name, modifier, record::escaped_value(text)}};
  }
  return out;
}

}  // namespace

Result<std::vector<BannerPtr>> Directory::search(const std::string& query, size_t most) {
  std::set<std::string> ids;
  XL_TRY(const std::vector<BannerPtr> here, present());
  for (const BannerPtr& banner : here)
    if (matches(*banner, lower(query))) ids.insert(banner->id);
  for (record::SearchRequest& request : searches_for(query)) {
    request.count = kPage;
    while (ids.size() <= most) {
      XL_TRY(const record::SearchResult page, record_.search_now(trust::Access::system("worklist"), request));
      for (const record::Resource& resource : page.matches) ids.insert(resource.id);
      if (page.next_cursor.empty()) break;
      request.cursor = page.next_cursor;
    }
  }
  if (ids.size() > most) return Error(kTooMany);
  XL_TRY(const Banners found, banners({ids.begin(), ids.end()}));
  std::vector<BannerPtr> out;
  for (const auto& [id, banner] : found)
    if (banner->active) out.push_back(banner);
  return out;
}

}  // namespace xinglin::worklist::detail
