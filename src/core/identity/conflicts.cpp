// Conflicts: two patients under one number. Nobody is merged unless a person says so, and that can be taken
// back.
#include <algorithm>

#include "core/identity/detail/contradiction.h"
#include "core/identity/detail/impl.h"

namespace xinglin::identity {

namespace {

constexpr size_t kReasonMax = 1000;
constexpr int64_t kIssuersMax = 8;  // of one number that are looked at

constexpr std::string_view kConflictRow =
    "SELECT id, known_system, system, value, known, other, differs, at, sender, decision, decided_at, "
    "decided_by, why, merge FROM identity_conflict ";

struct Row {
  Conflict conflict;
  int64_t merge = 0;
};

Row row_of(const sql::Query& q) {
  Row out;
  Conflict& c = out.conflict;
  c.id = q.integer(0);
  c.known_as = {std::string(q.text(1)), std::string(q.text(3))};
  c.identifier = {std::string(q.text(2)), std::string(q.text(3))};
  c.known = PatientId(std::string(q.text(4)));
  c.other = PatientId(std::string(q.text(5)));
  c.differs = q.text(6);
  c.at = q.instant(7);
  c.sender = q.text(8);
  c.decision = q.text(9);
  if (!q.is_null(10)) c.decided_at = q.instant(10);
  c.decided_by = q.text(11);
  c.why = q.text(12);
  out.merge = q.integer(13);
  return out;
}

}  // namespace

Result<void> Identity::Impl::queue_conflict(sql::Tx& tx, const trust::Access& access,
                                            const Identifier& known_as, const PatientId& known,
                                            const Identifier& identifier, const PatientId& other,
                                            const std::string& differs) {
  XL_TRY(
      const int64_t queued,
      tx.run("INSERT OR IGNORE INTO identity_conflict (known_system, system, value, known, other, differs, "
             "at, sender) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE NOT EXISTS (SELECT 1 FROM "
             "identity_conflict WHERE known = ?5 AND other = ?4)",
             known_as.system, identifier.system, identifier.value, known.str(), other.str(), differs,
             clock.now(), access.who()));
  if (queued == 0) return {};
  const std::string object = "Conflict/" + std::to_string(tx.last_insert_id());
  XL_CHECK(audit.append(tx, access,
                        {.action = trust::Action::Create,
                         .object = object,
                         .patient = other.str(),
                         .detail = "with Patient/" + known.str() + ", differs: " + differs}));
  journal::Event event;
  event.type = "identity.conflict-found";
  event.subject = object;
  event.patient = other.str();
  event.data = {{"known", known.str()}, {"other", other.str()}, {"differs", differs}};
  XL_CHECK(journal.append(tx, std::move(event)));
  return {};
}

Result<void> Identity::Impl::queue_same_numbers(sql::Tx& tx, const trust::Access& access,
                                                const std::vector<Identifier>& identifiers,
                                                const PatientId& patient) {
  for (const Identifier& identifier : identifiers) {
    if (identifier.system == kPatientOfStudy) continue;
    struct Namesake {
      Identifier known_as;
      PatientId known;
    };
    std::vector<Namesake> found;
    sql::Query q = tx.query(
        "SELECT system, patient FROM identity_identifier WHERE value = ?1 AND system <> ?2 AND patient <> ?3 "
        "LIMIT ?4",
        identifier.value, identifier.system, patient.str(), kIssuersMax);
    while (q.next())
      found.push_back({{std::string(q.text(0)), identifier.value}, PatientId(std::string(q.text(1)))});
    XL_CHECK(q.status());
    for (const Namesake& one : found) {
      XL_TRY(const json::object known, stored(tx, "Patient", one.known.str()));
      XL_TRY(const json::object other, stored(tx, "Patient", patient.str()));
      XL_CHECK(queue_conflict(tx, access, one.known_as, one.known, identifier, patient,
                              detail::contradictions(known, other).differs));
    }
  }
  return {};
}

Result<std::vector<Conflict>> Identity::conflicts(sql::Session& session, const trust::Access& access,
                                                  bool open_only, int64_t limit) {
  if (!access.may(trust::Permission::ReadSystem)) XL_CHECK(access.require(trust::Permission::ReadClinical));
  std::vector<Conflict> out;
  sql::Query q = session.query(
      std::string(kConflictRow) + (open_only ? "WHERE decision IS NULL " : "") + "ORDER BY id DESC LIMIT ?1",
      std::clamp<int64_t>(limit, 0, 1000));
  const bool may_see = access.may(trust::Permission::ReadClinical);
  while (q.next()) {
    out.push_back(row_of(q).conflict);
    if (!may_see) out.back().identifier.value = out.back().known_as.value = "";
  }
  XL_CHECK(q.status());
  impl_->audit.record(access, {.action = trust::Action::Search,
                               .object = "Conflict",
                               .detail = std::to_string(out.size()) + " conflicts"});
  return out;
}

Result<int64_t> Identity::open_conflicts(sql::Session& session) {
  sql::Query q = session.query("SELECT count(*) FROM identity_conflict WHERE decision IS NULL");
  const int64_t out = q.next() ? q.integer(0) : 0;
  XL_CHECK(q.status());
  return out;
}

Result<void> Identity::decide(sql::Tx& tx, const trust::Access& access, int64_t id, Decision decision,
                              const std::string& why) {
  XL_CHECK(access.require(trust::Permission::WriteClinical));
  if (why.empty() || why.size() > kReasonMax) return Error(kNoReason);
  Row row;
  {
    sql::Query q = tx.query(std::string(kConflictRow) + "WHERE id = ?1", id);
    if (!q.next()) {
      XL_CHECK(q.status());
      return Error(kNoConflict);
    }
    row = row_of(q);
  }
  const Conflict& conflict = row.conflict;
  const bool reopen = decision == Decision::Open;
  if (conflict.decision.empty() == reopen)
    return Error(kDecided, reopen ? "nobody has decided on this conflict" : "somebody has decided already");
  if (reopen && row.merge != 0) XL_CHECK(impl_->part(tx, access, row.merge));
  int64_t merge = 0;
  if (decision == Decision::Same) {
    XL_TRY(const PatientId known, impl_->survivor_of(tx, conflict.known));
    XL_TRY(const PatientId other, impl_->survivor_of(tx, conflict.other));
    if (known != other) {  // else they have been merged another way
      XL_TRY(merge, impl_->join(tx, access, known, other));
    }
  }
  const std::string told = reopen ? "open" : decision == Decision::Same ? "same" : "different";
  XL_CHECK(tx.run(
      "UPDATE identity_conflict SET decision = ?2, decided_at = ?3, decided_by = ?4, why = ?5, merge = ?6 "
      "WHERE id = ?1",
      id, reopen ? std::optional<std::string>() : told,
      reopen ? std::optional<Instant>() : impl_->clock.now(),
      reopen ? std::optional<std::string>() : access.who(), reopen ? std::optional<std::string>() : why,
      merge == 0 ? std::optional<int64_t>() : merge));
  XL_CHECK(impl_->audit.append(tx, access,
                               {.action = trust::Action::Update,
                                .object = "Conflict/" + std::to_string(id),
                                .patient = conflict.other.str(),
                                .detail = told + " as Patient/" + conflict.known.str() + ": " + why}));
  journal::Event event;
  event.type = "identity.conflict-decided";
  event.subject = "Conflict/" + std::to_string(id);
  event.patient = conflict.other.str();
  event.data = {{"known", conflict.known.str()}, {"other", conflict.other.str()}, {"decision", told}};
  XL_CHECK(impl_->journal.append(tx, std::move(event)));
  return {};
}

}  // namespace xinglin::identity
