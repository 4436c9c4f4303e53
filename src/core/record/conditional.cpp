#include "core/record/conditional.h"

namespace xinglin::record {
namespace {

Effect effect_of(const Resource& resource) {
  return resource.version == 1 ? Effect::Created : Effect::Updated;
}

Error none_matches(const Criteria& criteria) {
  return {kNoResource, "no " + criteria.type + " matches the criteria"};
}

}  // namespace

Result<std::optional<Resource>> find_one(Record& record, sql::Session& session, const trust::Access& access,
                                         const Criteria& criteria) {
  if (criteria.parameters.empty())
    return Error(kNoCriteria,
                 "a conditional request needs search parameters that say which resource is meant");
  SearchRequest search;
  search.type = criteria.type;
  search.parameters = criteria.parameters;
  search.count = 2;
  search.total = Total::None;
  XL_TRY(SearchResult found, record.search(session, access, search));
  if (found.matches.size() > 1)
    return Error(kManyMatches, "more than one " + criteria.type + " matches the criteria");
  if (found.matches.empty()) return std::optional<Resource>();
  return std::optional<Resource>(std::move(found.matches.front()));
}

Result<Written> create_unless(Record& record, sql::Tx& tx, const trust::Access& access,
                              const Criteria& criteria, const Prepared& prepared) {
  XL_TRY(std::optional<Resource> found, find_one(record, tx, access, criteria));
  if (found) return Written{Effect::Existing, std::move(*found)};
  XL_TRY(Resource created, record.create(tx, access, prepared));
  return Written{Effect::Created, std::move(created)};
}

Result<Written> put(Record& record, sql::Tx& tx, const trust::Access& access, const Prepared& prepared) {
  XL_TRY(Resource updated, record.update(tx, access, prepared));
  const Effect effect = effect_of(updated);
  return Written{effect, std::move(updated)};
}

Result<Written> update_where(Record& record, sql::Tx& tx, const trust::Access& access,
                             const Criteria& criteria, Prepared& prepared, const std::string& given_id) {
  XL_TRY(const std::optional<Resource> found, find_one(record, tx, access, criteria));
  if (found) {
    if (!given_id.empty() && given_id != found->id)
      return Error(kWrongMatch, "the criteria match another resource than the id in the body names");
    prepared.give_id(found->id);
    return put(record, tx, access, prepared);
  }
  if (!given_id.empty()) {
    XL_TRY(const auto taken, record.current(tx, criteria.type, given_id));
    // To who may not see it, it is not here: as scopes say of an id that is free.
    if (taken && !taken->deleted && access.restriction() && !record.read(tx, access, criteria.type, given_id))
      return Error(kNoResource, criteria.type + "/" + given_id + " is not here");
    if (taken && !taken->deleted)
      return Error(kIdTaken, criteria.type + "/" + given_id + " exists and does not match the criteria");
    prepared.give_id(given_id);
    return put(record, tx, access, prepared);
  }
  XL_TRY(Resource created, record.create(tx, access, prepared));
  return Written{Effect::Created, std::move(created)};
}

Result<Written> remove_where(Record& record, sql::Tx& tx, const trust::Access& access,
                             const Criteria& criteria, WriteOptions options) {
  XL_TRY(std::optional<Resource> found, find_one(record, tx, access, criteria));
  if (!found) return Written{};
  XL_CHECK(record.remove(tx, access, found->type, found->id, options));
  found->text.clear();
  found->deleted = true;
  return Written{Effect::Deleted, std::move(*found)};
}

Result<Resource> change(Record& record, sql::Tx& tx, const trust::Access& access, std::string_view type,
                        std::string_view id, const std::function<Result<void>(json::object&)>& changes,
                        IssueSink& issues, WriteOptions options) {
  XL_TRY(const Resource now, record.read(tx, access, type, id));
  if (options.if_match && *options.if_match != now.version)
    return Error(kVersionConflict, "the current version is " + std::to_string(now.version) + ", not " +
                                       std::to_string(*options.if_match));
  XL_TRY(json::object resource, now.parsed());
  XL_CHECK(changes(resource));
  if (json::find_string(resource, "resourceType") != type || json::find_string(resource, "id") != id)
    return Error(kPatchFailed, "the type and the id of a resource cannot be changed");
  XL_TRY(const Prepared prepared, record.prepare(std::move(resource), issues, options));
  return record.update(tx, access, prepared);
}

Result<Resource> patch(Record& record, sql::Tx& tx, const trust::Access& access, std::string_view type,
                       std::string_view id, const Patch& patch, IssueSink& issues, WriteOptions options) {
  const auto apply = [&](json::object& resource) -> Result<void> {
    XL_TRY(resource, patch.apply(std::move(resource)));
    return {};
  };
  return change(record, tx, access, type, id, apply, issues, options);
}

Result<Resource> patch_where(Record& record, sql::Tx& tx, const trust::Access& access,
                             const Criteria& criteria, const Patch& what, IssueSink& issues,
                             WriteOptions options) {
  XL_TRY(const std::optional<Resource> found, find_one(record, tx, access, criteria));
  if (!found) return none_matches(criteria);
  return patch(record, tx, access, found->type, found->id, what, issues, options);
}

}  // namespace xinglin::record
