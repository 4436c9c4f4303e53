#include "core/identity/identity.h"

#include "core/identity/detail/impl.h"
#include "core/identity/detail/patient_json.h"

namespace xinglin::identity {

Identity::Identity(record::Record& record, const Clock& clock, trust::AuditLog& audit,
                   journal::Journal& journal)
    : impl_(std::make_unique<Impl>(record, clock, audit, journal)) {}
Identity::~Identity() = default;

void Identity::track(PatientColumn column) {
  impl_->columns.push_back(std::move(column));
}

namespace {

Digest digest_of(const json::object& patient) {
  json::object plain = patient;
  plain.erase("id");
  return sha256(json::serialize(plain));
}

Result<void> require_intake(const trust::Access& access) {
  if (access.may(trust::Permission::Ingest)) return {};
  return access.require(trust::Permission::WriteClinical);
}

}  // namespace

Result<void> Identity::Impl::link(sql::Tx& tx, const Identifier& identifier, const PatientId& patient) {
  XL_CHECK(tx.run("INSERT INTO identity_identifier (system, value, patient) VALUES (?1, ?2, ?3)",
                  identifier.system, identifier.value, patient.str()));
  return {};
}

Result<json::object> Identity::Impl::stored(sql::Session& session, std::string_view type,
                                            std::string_view id) {
  XL_TRY(const auto resource, record.current(session, type, id));
  if (!resource) return Error(record::kNoResource, std::string(type).append("/").append(id) + " is not here");
  return resource->parsed();
}

Result<void> Identity::Impl::store(sql::Tx& tx, const trust::Access& access, json::object resource) {
  IssueSink issues;
  record::WriteOptions options;
  options.validate = false;  // it was valid when it was stored; only references and our own elements change
  const bool may = access.may(trust::Permission::Ingest) || access.may(trust::Permission::WriteClinical);
  XL_CHECK(record.update(tx, may ? access : self, std::move(resource), issues, options));
  return {};
}

Result<void> Identity::Impl::revive(sql::Tx& tx, const trust::Access& access, const PatientId& id,
                                    json::object patient) {
  XL_TRY(const auto now, record.current(tx, "Patient", id.str()));
  if (!now || !now->deleted) return {};
  detail::remove_nulls(patient);
  IssueSink issues;
  record::WriteOptions options;
  options.id = id.str();
  const bool may = access.may(trust::Permission::Ingest) || access.may(trust::Permission::WriteClinical);
  XL_CHECK(record.update(tx, may ? access : self, std::move(patient), issues, options));
  return {};
}

Result<bool> Identity::Impl::is_merged(sql::Session& session, const PatientId& patient) {
  sql::Query q =
      session.query("SELECT 1 FROM identity_merge WHERE merged = ?1 AND undone_at IS NULL", patient.str());
  const bool merged = q.next();
  XL_CHECK(q.status());
  return merged;
}

Result<std::optional<PatientId>> Identity::find(sql::Session& session,
                                                const std::vector<Identifier>& identifiers,
                                                const json::object& patient, Demographics demographics) {
  XL_TRY(Meant meant, impl_->meant(session, identifiers, patient, demographics));
  if (meant.patient.empty()) return std::optional<PatientId>();
  return std::optional<PatientId>(std::move(meant.patient));
}

Result<PatientId> Identity::Impl::create(sql::Tx& tx, const trust::Access& access,
                                         const std::vector<Identifier>& identifiers, json::object patient,
                                         const Digest& digest) {
  detail::remove_nulls(patient);
  IssueSink issues;
  record::WriteOptions options;
  options.id = json::find_string(patient, "id").value_or("");
  XL_TRY(const record::Resource made, record.create(tx, access, std::move(patient), issues, options));
  PatientId id(made.id);
  for (const Identifier& identifier : identifiers) XL_CHECK(link(tx, identifier, id));
  XL_CHECK(tx.run("INSERT INTO identity_patient (patient, digest) VALUES (?1, ?2)", id.str(),
                  std::span<const uint8_t>(digest)));
  return id;
}

Result<void> Identity::Impl::update(sql::Tx& tx, const trust::Access& access, const PatientId& id,
                                    const json::object& patient, Demographics demographics) {
  XL_TRY(const json::object before, stored(tx, "Patient", id.str()));
  json::object after = before;
  if (demographics == Demographics::Keep)
    detail::add_identifiers_of(after, patient);
  else
    detail::apply_demographics(after, patient);
  if (detail::same_content(before, after)) return {};
  return store(tx, access, std::move(after));
}

Result<Resolved> Identity::resolve(sql::Tx& tx, const trust::Access& access,
                                   const std::vector<Identifier>& identifiers, json::object patient,
                                   Demographics demographics) {
  XL_CHECK(require_intake(access));
  if (identifiers.empty()) return Error(kNoIdentifier);
  XL_TRY(const Meant meant, impl_->meant(tx, identifiers, patient, demographics));
  const PatientId& owner = meant.patient;
  for (const Identifier& identifier : meant.claim)
    XL_CHECK(impl_->link(tx, identifier, meant.known.empty() ? owner : meant.known));
  if (owner.empty()) {
    const Digest digest = digest_of(patient);
    XL_TRY(PatientId id, impl_->create(tx, access, meant.link, std::move(patient), digest));
    for (const Identifier& said : meant.said) XL_CHECK(impl_->link(tx, said, id));
    if (!meant.known.empty())
      XL_CHECK(impl_->queue_conflict(tx, access, meant.contested, meant.known, meant.contested, id,
                                     meant.differs));
    XL_CHECK(impl_->queue_same_numbers(tx, access, meant.link, id));
    return Resolved{std::move(id), true};
  }
  XL_CHECK(impl_->revive(tx, access, owner, patient));
  for (const Identifier& identifier : meant.link) XL_CHECK(impl_->link(tx, identifier, owner));
  for (const Identifier& said : meant.said) XL_CHECK(impl_->link(tx, said, owner));
  const bool linked = !meant.link.empty();
  if (linked) XL_CHECK(impl_->queue_same_numbers(tx, access, meant.link, owner));
  if (demographics == Demographics::Keep) {
    if (linked) XL_CHECK(impl_->update(tx, access, owner, patient, demographics));
    return Resolved{owner, false};
  }
  const Digest digest = digest_of(patient);
  // Nothing is changed when these demographics are the last ones seen.
  XL_TRY(
      const int64_t changed,
      tx.run("INSERT INTO identity_patient (patient, digest) VALUES (?1, ?2) "
             "ON CONFLICT (patient) DO UPDATE SET digest = excluded.digest WHERE digest <> excluded.digest",
             owner.str(), std::span<const uint8_t>(digest)));
  if (changed > 0 || linked) XL_CHECK(impl_->update(tx, access, owner, patient, demographics));
  return Resolved{owner, false};
}

Result<std::vector<MergeRow>> Identity::merges(sql::Session& session, const trust::Access& access,
                                               int64_t limit) {
  if (!access.may(trust::Permission::ReadSystem)) XL_CHECK(access.require(trust::Permission::ReadClinical));
  sql::Query q = session.query(
      "SELECT id, survivor, merged, at, who, undone_at IS NOT NULL FROM identity_merge ORDER BY id DESC "
      "LIMIT ?1",
      std::clamp<int64_t>(limit, 0, 1000));
  std::vector<MergeRow> out;
  while (q.next())
    out.push_back({q.integer(0), PatientId(std::string(q.text(1))), PatientId(std::string(q.text(2))),
                   q.instant(3), std::string(q.text(4)), q.integer(5) != 0});
  XL_CHECK(q.status());
  return out;
}

}  // namespace xinglin::identity
