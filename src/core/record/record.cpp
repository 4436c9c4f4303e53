#include "core/record/record.h"

#include "base/json_text.h"
#include "codec/fhir/validate.h"
#include "core/record/detail/impl.h"

namespace xinglin::record {
namespace {

Resource to_resource(std::string_view type, std::string_view id, const sql::Query& query) {
  // version, updated_at, deleted, patient, text
  return {std::string(type),         std::string(id),       query.integer(0),
          query.instant(1),          query.integer(2) != 0, std::string(query.text(4)),
          std::string(query.text(3))};
}

Error no_such(std::string_view type, std::string_view id) {
  return {kNoResource, std::string(type).append("/").append(id).append(" is not here")};
}

}  // namespace

Result<json::object> Resource::parsed() const {
  if (text.empty()) return Error(kDeleted);
  XL_TRY(json::value value, json::parse_exact(text));
  if (!value.is_object()) return Error(errors::kCorrupt, "a stored resource is not an object");
  return std::move(value.get_object());
}

Record::Record(sql::Store& store, const Clock& clock, Random& random, trust::AuditLog& audit,
               journal::Journal& journal)
    : impl_(std::make_unique<Impl>(store, clock, random, audit, journal)) {}
Record::~Record() = default;

std::string Record::new_id() const {
  return impl_->new_id();
}
Instant Record::now() const {
  return impl_->clock.now();
}
sql::Store& Record::store() const {
  return impl_->store;
}
void Record::watch(Watcher& watcher) {
  impl_->watchers.push_back(&watcher);
}
bool Record::is_known_type(std::string_view type) {
  return detail::find_type(type) != nullptr;
}
std::vector<std::string_view> Record::known_types() {
  std::vector<std::string_view> out;
  for (const detail::TypeDef& type : detail::all_types()) out.push_back(type.name);
  return out;
}

std::vector<ParameterInfo> Record::search_parameters(std::string_view type) {
  std::vector<ParameterInfo> out{{"_id", "token", "Logical id"},
                                 {"_lastUpdated", "date", "When it was last changed"},
                                 {"_text", "string", "Words of the narrative"},
                                 {"_content", "string", "Words of the whole resource"},
                                 {"_list", "special", "Members of a List"},
                                 {"_has", "special", "What refers to it"},
                                 {"_filter", "special", "A filter expression"}};
  if (const detail::TypeDef* def = detail::find_type(type))
    for (const detail::ParameterDef& parameter : def->parameters)
      if (parameter.kind != detail::Kind::Special)
        out.push_back({parameter.name, detail::to_string(parameter.kind), parameter.prose});
  return out;
}

Result<Resource> Record::create(sql::Tx& tx, const trust::Access& access, json::object resource,
                                IssueSink& issues, WriteOptions options) {
  if (options.id.empty()) resource.stable_erase("id");  // a create gives a new id, whatever the resource says
  XL_TRY(const Prepared prepared, prepare(std::move(resource), issues, options));
  return create(tx, access, prepared);
}

Result<Resource> Record::update(sql::Tx& tx, const trust::Access& access, json::object resource,
                                IssueSink& issues, WriteOptions options) {
  if (options.id.empty() && !json::find_string(resource, "id")) {
    issues.error("required", "id", "an update needs the id in the resource");
    return Error(kInvalidResource);
  }
  XL_TRY(const Prepared prepared, prepare(std::move(resource), issues, options));
  return update(tx, access, prepared);
}

Result<std::optional<Resource>> Record::current(sql::Session& session, std::string_view type,
                                                std::string_view id) {
  const detail::TypeDef* def = detail::find_type(type);
  if (!def) return Error(kUnknownType, "'" + std::string(type) + "' is not a resource type offered here");
  XL_TRY(auto found, impl_->find(session, *def, id));
  if (!found) return std::optional<Resource>();
  return std::optional<Resource>(Resource{std::string(type), std::string(id), found->version, found->updated,
                                          found->deleted, std::move(found->text), std::move(found->patient)});
}

Result<Resource> Record::read(sql::Session& session, const trust::Access& access, std::string_view type,
                              std::string_view id) {
  XL_TRY(const detail::Visibility visible,
         impl_->visibility(access, trust::Permission::ReadClinical, trust::Interaction::Read,
                           trust::Action::Read, type, id));
  const detail::TypeDef* def = detail::find_type(type);
  XL_TRY(auto found, impl_->find(session, *def, id));
  if (found) {
    XL_TRY(const bool seen, impl_->covers(session, visible, *def, *found));
    if (!seen) found.reset();
  }
  const std::string object = std::string(type).append("/").append(id);
  XL_CHECK(impl_->note(session, access,
                       {.action = trust::Action::Read,
                        .object = object,
                        .patient = found ? found->patient : "",
                        .success = found && !found->deleted}));
  if (!found) return no_such(type, id);
  if (found->deleted) return Error(kDeleted, object + " was deleted");
  return Resource{std::string(type),      std::string(id),          found->version, found->updated, false,
                  std::move(found->text), std::move(found->patient)};
}

Result<Resource> Record::vread(sql::Session& session, const trust::Access& access, std::string_view type,
                               std::string_view id, int64_t version) {
  XL_TRY(const detail::Visibility visible,
         impl_->visibility(access, trust::Permission::ReadClinical, trust::Interaction::Read,
                           trust::Action::Read, type, id));
  const detail::TypeDef* def = detail::find_type(type);
  std::optional<Resource> found;
  {
    sql::Query query = session.query(
        "SELECT version, updated_at, deleted, patient, text FROM record_resource WHERE type = ?1 AND id = ?2 "
        "AND version = ?3 UNION ALL SELECT h.version, h.updated_at, h.deleted, h.patient, h.text "
        "FROM record_resource r JOIN record_history h ON h.resource = r.key "
        "WHERE r.type = ?1 AND r.id = ?2 AND h.version = ?3",
        def->number, id, version);
    if (query.next()) found = to_resource(type, id, query);
    XL_CHECK(query.status());
  }
  if (found && !visible.complete()) {  // what it says now must be seen, too
    XL_TRY(const auto now, impl_->find(session, *def, id));
    XL_TRY(const bool seen, impl_->covers(session, visible, *def, *now));
    if (!seen || (!found->deleted && !visible.covers(impl_->rows_of(*def, found->text)))) found.reset();
  }
  const std::string object = std::string(type).append("/").append(id);
  XL_CHECK(impl_->note(session, access,
                       {.action = trust::Action::Read,
                        .object = object,
                        .patient = found ? found->patient : "",
                        .success = found && !found->deleted,
                        .detail = "version " + std::to_string(version)}));
  if (found && found->deleted) return Error(kDeleted, "this version is a deletion");
  if (found) return std::move(*found);
  return Error(kNoResource,
               std::string(type).append("/").append(id) + " has no version " + std::to_string(version));
}

Result<Resource> Record::create_now(const trust::Access& access, json::object resource, IssueSink& issues) {
  resource.stable_erase("id");
  XL_TRY(const Prepared prepared, prepare(std::move(resource), issues));
  return impl_->store.write_for<Resource>([&](sql::Tx& tx) { return create(tx, access, prepared); });
}

Result<Resource> Record::update_now(const trust::Access& access, json::object resource, IssueSink& issues,
                                    WriteOptions options) {
  XL_TRY(const Prepared prepared, prepare(std::move(resource), issues, options));
  return impl_->store.write_for<Resource>([&](sql::Tx& tx) { return update(tx, access, prepared); });
}

Result<void> Record::remove_now(const trust::Access& access, std::string_view type, std::string_view id,
                                WriteOptions options) {
  return impl_->store.write([&](sql::Tx& tx) { return remove(tx, access, type, id, options); });
}

Result<Resource> Record::read_now(const trust::Access& access, std::string_view type, std::string_view id) {
  return impl_->store.read([&](sql::Session& session) { return read(session, access, type, id); });
}

Result<SearchResult> Record::search_now(const trust::Access& access, const SearchRequest& request) {
  return impl_->store.read([&](sql::Session& session) { return search(session, access, request); });
}

}  // namespace xinglin::record
