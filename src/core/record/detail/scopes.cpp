// Where the scopes of a token meet what is stored.
#include "core/record/detail/impl.h"

namespace xinglin::record {

Result<detail::Visibility> Record::Impl::visibility(const trust::Access& access, trust::Permission permission,
                                                    trust::Interaction interaction, trust::Action action,
                                                    std::string_view type, std::string_view id) {
  XL_CHECK(allow(access, access.require_within_scopes(permission), action, type, id));
  const detail::TypeDef* def = detail::find_type(type);
  if (!def) return Error(kUnknownType, "'" + std::string(type) + "' is not a resource type offered here");
  Result<detail::Visibility> out = detail::Visibility::of(access, *def, interaction);
  if (!out) XL_CHECK(allow(access, out.error(), action, type, id));
  return out;
}

Result<bool> Record::Impl::covers(sql::Session& session, const detail::Visibility& visible,
                                  const detail::TypeDef& type, const Current& current) {
  if (visible.complete()) return true;
  if (!current.deleted) return visible.covers(rows_of(type, current.text));
  sql::Query query = session.query(
      "SELECT text FROM record_history WHERE resource = ?1 AND deleted = 0 ORDER BY version DESC LIMIT 1",
      current.key);
  const bool found = query.next();
  XL_CHECK(query.status());
  return found && visible.covers(rows_of(type, std::string(query.text(0))));
}

Result<int64_t> Record::Impl::key_of_seen(sql::Session& session, const detail::Visibility& visible,
                                          const detail::TypeDef& type, std::string_view id) {
  XL_TRY(const auto found, find(session, type, id));
  if (!found) return Error(kBadCursor);
  XL_TRY(const bool seen, covers(session, visible, type, *found));
  if (!seen) return Error(kBadCursor);
  return found->key;
}

Result<void> Record::Impl::allow_change(sql::Session& session, const trust::Access& access,
                                        const detail::Visibility& changeable, const detail::TypeDef& type,
                                        std::string_view id, const std::optional<Current>& old) {
  if (changeable.complete()) return {};
  if (old) {
    XL_TRY(const bool covered, covers(session, changeable, type, *old));
    if (covered) return {};
    for (const trust::Interaction way : {trust::Interaction::Read, trust::Interaction::Search}) {
      XL_TRY(const bool seen, covers(session, detail::Visibility::or_nothing(access, type, way), type, *old));
      if (seen) return Error(trust::kNotAllowed, "the scopes of this token do not cover this change");
    }
  }
  // Also for an id that is free: whether it is must not be told.
  return Error(kNoResource, std::string(type.name).append("/").append(id) + " is not here");
}

}  // namespace xinglin::record
