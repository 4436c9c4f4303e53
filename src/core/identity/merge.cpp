// Merging two patients and undoing it: identifiers, resources and the rows of other rooms move, and what
// moved is noted.
#include <algorithm>

#include "core/identity/detail/impl.h"
#include "core/identity/detail/patient_json.h"

namespace xinglin::identity {
namespace {

constexpr int64_t kPage = 200;

std::optional<std::string_view> patient_parameter(std::string_view type) {
  std::optional<std::string_view> subject;
  for (const record::ParameterInfo& p : record::Record::search_parameters(type)) {
    if (p.name == "patient") return "patient";
    if (p.name == "subject") subject = "subject";
  }
  return subject;
}

std::vector<Identifier> identifiers_in(sql::Query q) {
  std::vector<Identifier> out;
  while (q.next()) out.push_back({std::string(q.text(0)), std::string(q.text(1))});
  return out;
}

// Under which the rows of a column are noted.
std::string name_of(const Identity::PatientColumn& c) {
  return c.column == "patient" ? c.table : c.table + "." + c.column;
}

}  // namespace

Result<void> Identity::Impl::announce(sql::Tx& tx, const trust::Access& access, const Merge& m,
                                      const char* event, const char* detail) {
  XL_CHECK(audit.append(tx, access,
                        {.action = trust::Action::Execute,
                         .object = "Patient/" + m.survivor.str(),
                         .patient = m.survivor.str(),
                         .detail = std::string(detail) + " Patient/" + m.merged.str()}));
  journal::Event e;
  e.type = event;
  e.subject = "Patient/" + m.survivor.str();
  e.patient = m.survivor.str();
  e.data = {{"survivor", m.survivor.str()}, {"merged", m.merged.str()}, {"merge", m.id}};
  XL_CHECK(journal.append(tx, std::move(e)));
  return {};
}

Result<void> Identity::Impl::move_identifiers(sql::Tx& tx, const Merge& m, const json::object& survivor) {
  const std::vector<Identifier> moved = identifiers_in(
      tx.query("SELECT system, value FROM identity_identifier WHERE patient = ?1", m.merged.str()));
  for (const Identifier& id : moved)
    XL_CHECK(
        tx.run("INSERT INTO identity_merge_identifier (merge, system, value, shown) VALUES (?1, ?2, ?3, ?4)",
               m.id, id.system, id.value, detail::has_identifier(survivor, id) ? 0 : 1));
  XL_CHECK(tx.run("UPDATE identity_identifier SET patient = ?2 WHERE patient = ?1", m.merged.str(),
                  m.survivor.str()));
  return {};
}

// Page after page of what still names the merged patient; a page without progress ends it.
Result<void> Identity::Impl::move_resources(sql::Tx& tx, const trust::Access& access, const Merge& m) {
  for (const std::string_view type : record::Record::known_types()) {
    const auto parameter = patient_parameter(type);
    if (!parameter || type == "Patient") continue;
    record::SearchRequest request;
    request.type = type;
    request.parameters = {{std::string(*parameter), "", "Patient/" + m.merged.str()}};
    request.count = kPage;
    request.total = record::Total::None;
    for (bool progress = true; progress;) {
      progress = false;
      XL_TRY(const record::SearchResult page, record.search(tx, self, request));
      for (const record::Resource& found : page.matches) {
        XL_TRY(json::object resource, found.parsed());
        const std::vector<std::string> places = detail::repoint(resource, m.merged, m.survivor);
        if (places.empty()) continue;
        json::array paths(places.begin(), places.end());
        XL_CHECK(
            tx.run("INSERT INTO identity_merge_resource (merge, type, id, paths) VALUES (?1, ?2, ?3, ?4)",
                   m.id, found.type, found.id, json::serialize(json::value(std::move(paths)))));
        XL_CHECK(store(tx, access, std::move(resource)));
        progress = true;
      }
    }
  }
  return {};
}

Result<void> Identity::Impl::move_rows(sql::Tx& tx, const Merge& m) {
  for (const PatientColumn& c : columns) {
    XL_CHECK(tx.run("INSERT INTO identity_merge_row (merge, name, key) SELECT ?1, ?2, CAST(" + c.key +
                        " AS TEXT) FROM " + c.table + " WHERE " + c.column + " = ?3",
                    m.id, name_of(c), m.merged.str()));
    XL_CHECK(tx.run("UPDATE " + c.table + " SET " + c.column + " = ?2 WHERE " + c.column + " = ?1",
                    m.merged.str(), m.survivor.str()));
  }
  return {};
}

Result<int64_t> Identity::merge(sql::Tx& tx, const trust::Access& access, const PatientId& survivor,
                                const PatientId& merged) {
  if (!access.may(trust::Permission::Ingest)) XL_CHECK(access.require(trust::Permission::OperateSystem));
  return impl_->join(tx, access, survivor, merged);
}

Result<int64_t> Identity::Impl::join(sql::Tx& tx, const trust::Access& access, const PatientId& survivor,
                                     const PatientId& merged) {
  if (survivor == merged) return Error(kMergeSelf);
  for (const PatientId& id : {survivor, merged}) {
    XL_TRY(const bool gone, is_merged(tx, id));
    if (gone)
      return Error(kConflict, "Patient/" + id.str() + " has been merged into another patient already");
    XL_CHECK(revive(tx, access, id, {{"resourceType", "Patient"}}));
  }
  XL_TRY(json::object keeps, stored(tx, "Patient", survivor.str()));
  XL_TRY(json::object loses, stored(tx, "Patient", merged.str()));
  std::optional<int64_t> was_active;
  if (const auto active = json::find_bool(loses, "active")) was_active = *active ? 1 : 0;
  XL_CHECK(
      tx.run("INSERT INTO identity_merge (survivor, merged, at, who, was_active) VALUES (?1, ?2, ?3, ?4, ?5)",
             survivor.str(), merged.str(), clock.now(), access.who(), was_active));
  const Impl::Merge m{tx.last_insert_id(), survivor, merged};
  XL_CHECK(move_identifiers(tx, m, keeps));
  XL_CHECK(move_resources(tx, access, m));
  XL_CHECK(move_rows(tx, m));
  detail::add_identifiers_of(keeps, loses);
  detail::add_link(keeps, merged, "replaces");
  XL_CHECK(store(tx, access, std::move(keeps)));
  loses["active"] = false;
  detail::add_link(loses, survivor, "replaced-by");
  XL_CHECK(store(tx, access, std::move(loses)));
  XL_CHECK(announce(tx, access, m, "identity.merged", "merged"));
  return m.id;
}

Result<void> Identity::Impl::return_identifiers(sql::Tx& tx, const Merge& m, json::object& survivor) {
  XL_CHECK(
      tx.run("UPDATE identity_identifier SET patient = ?2 WHERE patient = ?1 AND (system, value) IN "
             "(SELECT system, value FROM identity_merge_identifier WHERE merge = ?3)",
             m.survivor.str(), m.merged.str(), m.id));
  for (const Identifier& id : identifiers_in(tx.query(
           "SELECT system, value FROM identity_merge_identifier WHERE merge = ?1 AND shown = 1", m.id)))
    detail::remove_identifier(survivor, id);
  return {};
}

Result<void> Identity::Impl::return_resources(sql::Tx& tx, const trust::Access& access, const Merge& m) {
  struct Moved {
    std::string type, id, paths;
  };
  std::string last_type, last_id;
  while (true) {  // page by page: a compartment may be large
    std::vector<Moved> page;
    sql::Query q = tx.query(
        "SELECT type, id, paths FROM identity_merge_resource WHERE merge = ?1 AND (type, id) > (?2, ?3) "
        "ORDER BY type, id LIMIT ?4",
        m.id, last_type, last_id, kPage);
    while (q.next()) page.push_back({std::string(q.text(0)), std::string(q.text(1)), std::string(q.text(2))});
    XL_CHECK(q.status());
    if (page.empty()) return {};
    for (const Moved& moved : page) {
      auto resource = stored(tx, moved.type, moved.id);
      if (!resource.ok()) {
        if (resource.error().is(record::kDeleted) || resource.error().is(record::kNoResource)) continue;
        return resource.error();
      }
      XL_TRY(const json::value paths, json::parse(moved.paths));
      if (!detail::repoint_at(*resource, paths.as_array(), m.survivor, m.merged)) continue;
      XL_CHECK(store(tx, access, std::move(*resource)));
    }
    last_type = page.back().type;
    last_id = page.back().id;
  }
}

Result<MovedRows> Identity::moved(sql::Session& session, int64_t merge_id, std::string_view table) {
  MovedRows out;
  {
    sql::Query q =
        session.query("SELECT survivor, undone_at IS NOT NULL FROM identity_merge WHERE id = ?1", merge_id);
    if (!q.next()) {
      XL_CHECK(q.status());
      return Error(kNoMerge);
    }
    out.survivor = PatientId(std::string(q.text(0)));
    out.undone = q.integer(1) != 0;
  }
  sql::Query q =
      session.query("SELECT key FROM identity_merge_row WHERE merge = ?1 AND name = ?2", merge_id, table);
  while (q.next()) out.keys.emplace_back(q.text(0));
  XL_CHECK(q.status());
  return out;
}

Result<void> Identity::Impl::return_rows(sql::Tx& tx, const Merge& m) {
  for (const PatientColumn& c : columns)
    XL_CHECK(tx.run("UPDATE " + c.table + " SET " + c.column + " = ?2 WHERE " + c.column + " = ?1 AND CAST(" +
                        c.key +
                        " AS TEXT) IN (SELECT key FROM identity_merge_row WHERE merge = ?3 AND name = ?4)",
                    m.survivor.str(), m.merged.str(), m.id, name_of(c)));
  return {};
}

Result<void> Identity::undo_merge(sql::Tx& tx, const trust::Access& access, int64_t merge_id) {
  XL_CHECK(access.require(trust::Permission::OperateSystem));
  return impl_->part(tx, access, merge_id);
}

Result<void> Identity::Impl::part(sql::Tx& tx, const trust::Access& access, int64_t merge_id) {
  Merge m{merge_id, {}, {}};
  std::optional<bool> was_active;
  {
    sql::Query q = tx.query(
        "SELECT survivor, merged, was_active FROM identity_merge WHERE id = ?1 AND undone_at IS NULL",
        merge_id);
    if (!q.next()) {
      XL_CHECK(q.status());
      return Error(kNoMerge);
    }
    m.survivor = PatientId(std::string(q.text(0)));
    m.merged = PatientId(std::string(q.text(1)));
    if (!q.is_null(2)) was_active = q.integer(2) != 0;
  }
  XL_TRY(const bool gone, is_merged(tx, m.survivor));
  if (gone)
    return Error(kConflict, "the surviving patient has itself been merged since; undo that merge first");
  for (const PatientId& id : {m.survivor, m.merged})
    XL_CHECK(revive(tx, access, id, {{"resourceType", "Patient"}}));
  XL_TRY(json::object keeps, stored(tx, "Patient", m.survivor.str()));
  XL_TRY(json::object returns, stored(tx, "Patient", m.merged.str()));
  XL_CHECK(return_identifiers(tx, m, keeps));
  XL_CHECK(return_resources(tx, access, m));
  XL_CHECK(return_rows(tx, m));
  detail::remove_link(keeps, m.merged, "replaces");
  XL_CHECK(store(tx, access, std::move(keeps)));
  if (was_active)
    returns["active"] = *was_active;
  else
    returns.erase("active");
  detail::remove_link(returns, m.survivor, "replaced-by");
  XL_CHECK(store(tx, access, std::move(returns)));
  XL_CHECK(tx.run("UPDATE identity_merge SET undone_at = ?2, undone_by = ?3 WHERE id = ?1", merge_id,
                  clock.now(), access.who()));
  // Whoever decided that the two are one person is asked again.
  XL_CHECK(tx.run(
      "UPDATE identity_conflict SET decision = NULL, decided_at = NULL, decided_by = NULL, why = NULL, "
      "merge = NULL WHERE merge = ?1",
      merge_id));
  XL_CHECK(
      tx.run("UPDATE identity_pair SET decision = NULL, decided_at = NULL, decided_by = NULL, why = NULL, "
             "merge = NULL WHERE merge = ?1",
             merge_id));
  return announce(tx, access, m, "identity.merge-undone", "merge undone with");
}

}  // namespace xinglin::identity
