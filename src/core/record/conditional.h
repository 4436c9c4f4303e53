// Writes whose target a search decides: conditional create, update, patch and delete. The search runs inside
// the transaction that writes, so that of two alike requests one sees what the other has written: nothing is
// made twice, no change is lost. Criteria are always strict: an unknown parameter would widen the search and
// change the wrong resource. Used by the FHIR edge and by bundles. Thread-safe as Record is. FHIR
// R4 3.1.0.4.3, 3.1.0.7.1, 3.1.0.8.1.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/record/patch.h"
#include "core/record/record.h"

namespace xinglin::record {

struct Criteria {
  std::string type;
  std::vector<SearchParameter> parameters;
};

enum class Effect { Created, Updated, Existing, Deleted, None };
struct Written {
  Effect effect = Effect::None;
  Resource resource = {};  // as it is now; without text after a deletion
};

// The one resource that matches, or none; kManyMatches, and kNoCriteria when there is nothing to match.
Result<std::optional<Resource>> find_one(Record& record, sql::Session& session, const trust::Access& access,
                                         const Criteria& criteria);

// None matches: created. One: Existing.
Result<Written> create_unless(Record& record, sql::Tx& tx, const trust::Access& access,
                              const Criteria& criteria, const Prepared& prepared);
// One matches: that one is updated, and `given_id`, the id in the resource, must be its id if not "". None:
// created, under `given_id` where that is free.
Result<Written> update_where(Record& record, sql::Tx& tx, const trust::Access& access,
                             const Criteria& criteria, Prepared& prepared, const std::string& given_id);
// One matches: that one is deleted. None: Effect::None.
Result<Written> remove_where(Record& record, sql::Tx& tx, const trust::Access& access,
                             const Criteria& criteria, WriteOptions options = {});
// What `changes` makes of the current version becomes the next one, checked as any other; type and id stay.
Result<Resource> change(Record& record, sql::Tx& tx, const trust::Access& access, std::string_view type,
                        std::string_view id, const std::function<Result<void>(json::object&)>& changes,
                        IssueSink& issues, WriteOptions options = {});
// None matches: kNoResource.
Result<Resource> patch(Record& record, sql::Tx& tx, const trust::Access& access, std::string_view type,
                       std::string_view id, const Patch& patch, IssueSink& issues, WriteOptions options = {});
Result<Resource> patch_where(Record& record, sql::Tx& tx, const trust::Access& access,
                             const Criteria& criteria, const Patch& patch, IssueSink& issues,
                             WriteOptions options = {});

// A PUT of this resource to "Type/id" in one transaction; the effect tells whether it was there.
Result<Written> put(Record& record, sql::Tx& tx, const trust::Access& access, const Prepared& prepared);

}  // namespace xinglin::record
