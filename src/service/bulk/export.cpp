#include <algorithm>
#include <set>

#include "base/http/http.h"
#include "codec/fhir/reference.h"
#include "core/trust/delegation.h"
#include "service/bulk/detail/impl.h"

namespace xinglin::bulk {
namespace {

using detail::Plan;
using detail::Position;
using detail::Walk;

constexpr int64_t kPage = 500;
constexpr size_t kPatientsMax = 20'000, kFiltersMax = 100;
constexpr int64_t kVersionsMax = 1000;

bool has_parameter(std::string_view type, std::string_view name) {
  for (const record::ParameterInfo& parameter : record::Record::search_parameters(type))
    if (parameter.name == name) return true;
  return false;
}

// "Observation?code=x&date=ge2020" -> its type and parameters.
Result<std::pair<std::string, std::vector<record::SearchParameter>>> parse_filter(const std::string& text) {
  const size_t mark = text.find('?');
  if (mark == std::string::npos || mark == 0)
    return Error(kBadRequest,
                 "_typeFilter: '" + text.substr(0, 100) + "' is not of the form Type?parameters");
  const auto query = http::parse_query(std::string_view(text).substr(mark + 1));
  if (!query) return Error(kBadRequest, "_typeFilter: " + query.error().message());
  std::vector<record::SearchParameter> out;
  for (const http::Parameter& p : *query) {
    const size_t colon = std::min(p.name.find(':'), p.name.size());
    record::SearchParameter parameter{p.name.substr(0, colon), "", p.value};
    if (colon < p.name.size()) parameter.modifier = p.name.substr(colon + 1);
    if (parameter.name == "_include" || parameter.name == "_revinclude" || parameter.name == "_sort" ||
        parameter.name == "_count")
      return Error(kNotOffered, "_typeFilter: " + parameter.name + " means nothing in an export");
    out.push_back(std::move(parameter));
  }
  return std::pair(text.substr(0, mark), std::move(out));
}

// A search that asks for nothing: says whether these parameters, and this access, are good for the type.
Result<void> try_out(record::Record& record, const trust::Access& access, const Walk& walk) {
  for (const auto& parameters : walk.alternatives) {
    record::SearchRequest request;
    request.type = walk.type;
    request.parameters = parameters;
    request.count = 0;
    request.total = record::Total::None;
    XL_CHECK(record.search_now(access, request));
  }
  return {};
}

// The patients among the members of a Group.
Result<std::vector<std::string>> members_of(record::Record& record, const trust::Access& access,
                                            const std::string& group) {
  XL_TRY(const record::Resource found, record.read_now(access, "Group", group));
  XL_TRY(const json::object parsed, found.parsed());
  std::vector<std::string> out;
  if (const json::array* members = json::find_array(parsed, "member"))
    for (const json::value& member : *members) {
      if (!member.is_object()) continue;
      if (json::find_bool(member.get_object(), "inactive").value_or(false)) continue;
      const json::object* entity = json::find_object(member.get_object(), "entity");
      const auto text = entity ? json::find_string(*entity, "reference") : std::nullopt;
      const auto reference = text ? fhir::parse_reference(*text) : std::nullopt;
      if (reference && reference->type == "Patient") out.push_back(reference->id);
    }
  return out;
}

void set_patient_parameter(Walk& walk) {
  if (walk.type == "Patient")
    walk.patient_parameter = "_id";
  else if (has_parameter(walk.type, "patient"))
    walk.patient_parameter = "patient";
}

Result<Plan> make_plan(record::Record& record, const trust::Access& access, const ExportRequest& request,
                       Instant now) {
  Plan plan;
  plan.time = {now.us / kMillisecondUs * kMillisecondUs};
  plan.since = request.since;
  plan.of_patients = request.level != ExportRequest::Level::System;
  plan.patients = request.patients;
  if (request.level == ExportRequest::Level::Group) {
    XL_TRY(plan.patients, members_of(record, access, request.group));
    if (plan.patients.empty()) return plan;  // nobody: nothing to walk through
  }
  if (plan.patients.size() > kPatientsMax)
    return Error(errors::kTooLarge,
                 "an export is of at most " + std::to_string(kPatientsMax) + " named patients");
  std::vector<std::string> types = request.types;
  if (types.empty())
    for (const std::string_view type : record::Record::known_types()) types.emplace_back(type);
  for (const std::string& type : types) {
    if (!record::Record::is_known_type(type))
      return Error(kBadRequest, "_type: '" + type.substr(0, 100) + "' is not a resource type offered here");
    plan.walks.push_back({type, {}, {}});
  }
  if (request.filters.size() > kFiltersMax) return Error(errors::kTooLarge, "more than 100 filters");
  for (const std::string& filter : request.filters) {
    XL_TRY(auto parsed, parse_filter(filter));
    const auto walk = std::find_if(plan.walks.begin(), plan.walks.end(),
                                   [&](const Walk& one) { return one.type == parsed.first; });
    if (walk == plan.walks.end())
      return Error(kBadRequest, "_typeFilter: " + parsed.first + " is not among the types of this export");
    walk->alternatives.push_back(std::move(parsed.second));
  }
  std::vector<Walk> walks;
  for (Walk& walk : plan.walks) {
    if (walk.alternatives.empty()) walk.alternatives.emplace_back();
    set_patient_parameter(walk);
    const Result<void> good = try_out(record, access, walk);
    if (good) {
      walks.push_back(std::move(walk));
    } else if (!request.types.empty() || good.error().kind() != ErrorKind::Denied) {
      return good.error();  // a type that nobody named is left out when it may not be read
    }
  }
  if (walks.empty() && !types.empty()) return Error(trust::kNotAllowed, "none of the types may be read");
  plan.walks = std::move(walks);
  return plan;
}

// One slice of an export, up to the end of a type.
class Slice {
public:
  Slice(Bulk::Impl& impl, const trust::Access& access, const Plan& plan, Position position)
      : impl_(impl), access_(access), plan_(plan), position_(std::move(position)) {
    wanted_.insert(plan.patients.begin(), plan.patients.end());
  }

  Result<void> run() {
    const int64_t end_us = impl_.rooms.clock.monotonic_us() + impl_.options.slice_us;
    while (position_.walk < plan_.walks.size()) {
      const size_t walk = position_.walk;
      XL_CHECK(page());
      const bool full = resources_ >= impl_.options.slice_resources ||
                        static_cast<int64_t>(text_.size()) >= impl_.options.slice_bytes ||
                        impl_.rooms.clock.monotonic_us() >= end_us;
      if (full || (position_.walk != walk && resources_ > 0)) break;
    }
    return {};
  }
  const Position& position() const { return position_; }
  const std::string& text() const { return text_; }
  const std::string& type() const { return type_; }
  int64_t resources() const { return resources_; }

private:
  Result<void> page() {
    const Walk& walk = plan_.walks[position_.walk];
    if (resources_ == 0) type_ = walk.type;
    record::SearchRequest request;
    request.type = walk.type;
    request.parameters = detail::parameters_at(plan_, position_, position_.alternative);
    request.sort = {"_id"};  // stays put while resources are changed
    request.count = kPage;
    request.total = record::Total::None;
    request.cursor = position_.cursor;
    return impl_.rooms.store.read([&](sql::Session& session) -> Result<void> {
      XL_TRY(const record::SearchResult found, impl_.rooms.record.search(session, access_, request));
      XL_TRY(const std::set<std::string> known, exported_before(session, found.matches));
      for (const record::Resource& resource : found.matches)
        if (!known.contains(resource.id)) XL_CHECK(take(session, walk, resource));
      if (found.next_cursor.empty())
        detail::step(plan_, position_);
      else
        position_.cursor = found.next_cursor;
      return {};
    });
  }

  // Those of the page that an earlier alternative of the same type has given already.
  Result<std::set<std::string>> exported_before(sql::Session& session,
                                                const std::vector<record::Resource>& page) {
    std::set<std::string> out;
    if (position_.alternative == 0 || page.empty()) return out;
    std::string ids;
    for (const record::Resource& resource : page) ids += (ids.empty() ? "" : ",") + resource.id;
    for (size_t i = 0; i < position_.alternative; ++i) {
      record::SearchRequest request;
      request.type = page.front().type;
      request.parameters = detail::parameters_at(plan_, position_, i);
      request.parameters.push_back({"_id", "", ids});
      request.count = kPage;
      request.total = record::Total::None;
      XL_TRY(const record::SearchResult found, impl_.rooms.record.search(session, access_, request));
      for (const record::Resource& resource : found.matches) out.insert(resource.id);
    }
    return out;
  }

  // As it was at the time of the export.
  Result<void> take(sql::Session& session, const Walk& walk, const record::Resource& resource) {
    if (resource.last_updated <= plan_.time) return add(walk, resource);
    if (resource.version == 1) return {};
    record::HistoryRequest request;
    request.type = resource.type;
    request.id = resource.id;
    request.count = kVersionsMax;
    XL_TRY(const record::HistoryPage page, impl_.rooms.record.history(session, access_, request));
    for (const record::Resource& version : page.versions) {
      if (version.last_updated > plan_.time) continue;
      const bool too_old = plan_.since && version.last_updated < *plan_.since;
      return version.deleted || too_old ? Result<void>() : add(walk, version);
    }
    return {};
  }

  Result<void> add(const Walk& walk, const record::Resource& resource) {
    if (plan_.of_patients) {
      const std::string& patient = walk.type == "Patient" ? resource.id : resource.patient;
      if (patient.empty() || (!wanted_.empty() && !wanted_.contains(patient))) return {};
    }
    text_.append(resource.text).push_back('\n');
    ++resources_;
    return {};
  }

  Bulk::Impl& impl_;
  const trust::Access& access_;
  const Plan& plan_;
  Position position_;
  std::set<std::string> wanted_;
  std::string text_, type_;
  int64_t resources_ = 0;
};

std::string progress_of(const Plan& plan, const Position& position, int64_t resources) {
  const std::string done = std::to_string(position.walk) + " of " + std::to_string(plan.walks.size()) +
                           " types, " + std::to_string(resources) + " resources";
  return position.walk < plan.walks.size() ? plan.walks[position.walk].type + ", " + done : done;
}

}  // namespace

Result<std::string> Bulk::start_export(const trust::Access& access, const ExportRequest& request) {
  Impl& impl = *impl_;
  XL_TRY(const json::object owner, trust::Delegation::remember(access));
  XL_TRY(const Plan plan, make_plan(impl.rooms.record, access, request, impl.rooms.clock.now()));
  Impl::Row row;
  row.job.id = impl.rooms.record.new_id();
  row.job.kind = "export";
  row.job.who = access.who();
  row.job.url = request.url;
  row.job.created_at = plan.time;
  row.job.progress = progress_of(plan, {}, 0);
  row.owner = json::serialize(owner);
  row.request = json::serialize(detail::to_json(plan));
  row.position = json::serialize(detail::to_json(Position{}));
  XL_CHECK(impl.rooms.store.write([&](sql::Tx& tx) { return impl.start(tx, access, row); }));
  return row.job.id;
}

Result<void> Bulk::Impl::run_export(Row row) {
  XL_TRY(const json::value request, json::parse(row.request));
  XL_TRY(const json::value position, json::parse(row.position));
  if (!request.is_object() || !position.is_object())
    return Error(errors::kCorrupt, "a bulk job cannot be read back");
  XL_TRY(const Plan plan, detail::plan_from(request.get_object()));
  XL_TRY(const trust::Access access,
         rooms.store.read([&](sql::Session& session) { return owner_of(session, row); }));
  Slice slice(*this, access, plan, detail::position_from(position.get_object()));
  XL_CHECK(slice.run());
  XL_TRY(const std::vector<File> files,
         rooms.store.read([&](sql::Session& session) { return files_of(session, row.job.id, "output"); }));
  std::optional<File> file;
  if (slice.resources() > 0) {
    file = File{static_cast<int64_t>(files.size()) + 1,
                slice.type(),
                slice.resources(),
                static_cast<int64_t>(slice.text().size()),
                {}};
    XL_TRY(file->blob, rooms.blobs.put(blob_key(row.job.id, file->number),
                                       std::span(reinterpret_cast<const uint8_t*>(slice.text().data()),
                                                 slice.text().size())));
  }
  row.job.resources += slice.resources();
  row.job.progress = progress_of(plan, slice.position(), row.job.resources);
  row.position = json::serialize(detail::to_json(slice.position()));
  if (slice.position().walk >= plan.walks.size()) {
    row.job.state = "done";
    row.job.ended_at = rooms.clock.now();
    row.job.expires_at = rooms.clock.now() + options.keep_us;
  }
  bool cancelled = false;
  const Result<void> done = rooms.store.write([&](sql::Tx& tx) -> Result<void> {
    const auto now = this->row(tx, row.job.id);
    cancelled = !now || now->job.state != "running";
    if (cancelled) return {};
    if (file) XL_CHECK(add_file(tx, row.job.id, "output", *file));
    return save(tx, row);
  });
  if (!done) return done.error();
  if (cancelled && file) return rooms.blobs.remove(file->blob.key);
  return {};
}

}  // namespace xinglin::bulk
