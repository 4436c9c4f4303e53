// Who is meant: by identifiers alone, or together with demographics that may be those of somebody else.
#include <algorithm>
#include <utility>

#include "core/identity/detail/contradiction.h"
#include "core/identity/detail/impl.h"

namespace xinglin::identity {

namespace {

constexpr int64_t kOthersMax = 16;  // people under one number that are looked at

// Demographics under a number, as an identifier of whom they mean: kept when they were first seen, so that
// the usual message costs two seeks, and what a person decides stays decided.
Identifier said_under(const Identifier& identifier, const std::string& said) {
  const Digest digest = sha256(identifier.system + "\n" + identifier.value + "\n" + said);
  return {std::string(kSaid), to_hex(std::span(digest).first(16))};
}

// The one patient all known identifiers belong to; empty when none is known.
Result<PatientId> single_owner(const std::vector<PatientId>& owners) {
  PatientId out;
  for (const PatientId& owner : owners) {
    if (owner.empty()) continue;
    if (!out.empty() && owner != out) return Error(kConflict);
    out = owner;
  }
  return out;
}

}  // namespace

Result<std::vector<PatientId>> Identity::Impl::owners(sql::Session& session,
                                                      const std::vector<Identifier>& identifiers) {
  std::vector<PatientId> out;
  for (const Identifier& identifier : identifiers) {
    sql::Query q = session.query("SELECT patient FROM identity_identifier WHERE system = ?1 AND value = ?2",
                                 identifier.system, identifier.value);
    out.emplace_back(q.next() ? PatientId(std::string(q.text(0))) : PatientId());
    XL_CHECK(q.status());
  }
  return out;
}

Result<PatientId> Identity::Impl::in_record(sql::Session& session, const Identifier& identifier) {
  record::SearchRequest request;
  request.type = "Patient";
  request.parameters = {
      {"identifier", "",
       record::escaped_value(identifier.system) + "|" + record::escaped_value(identifier.value)}};
  request.count = kOthersMax;
  request.total = record::Total::None;
  XL_TRY(const record::SearchResult found, record.search(session, self, request));
  PatientId only;
  for (const record::Resource& patient : found.matches) {
    PatientId id(patient.id);
    XL_TRY(const bool merged, is_merged(session, id));
    if (merged) continue;
    if (!only.empty()) return PatientId();  // of two nobody can say which
    only = std::move(id);
  }
  return only;
}

Result<PatientId> Identity::Impl::survivor_of(sql::Session& session, PatientId patient) {
  while (true) {  // a merge is refused for who is merged already, so the chain has an end
    sql::Query q = session.query(
        "SELECT survivor FROM identity_merge WHERE merged = ?1 AND undone_at IS NULL", patient.str());
    if (!q.next()) {
      XL_CHECK(q.status());
      return patient;
    }
    patient = PatientId(std::string(q.text(0)));
  }
}

Result<std::string> Identity::Impl::judge(sql::Session& session, const PatientId& patient,
                                          const json::object& other) {
  XL_TRY(const auto resource, record.current(session, "Patient", patient.str()));
  if (!resource || resource->deleted) return std::string();
  XL_TRY(const json::object known, resource->parsed());
  const detail::Contradictions found = detail::contradictions(known, other);
  return found.clear ? found.differs : std::string();
}

// Perhaps somebody who came under this number before with demographics like these.
Result<PatientId> Identity::Impl::someone_else(sql::Session& session, const PatientId& known,
                                               const json::object& patient) {
  std::vector<PatientId> others;
  sql::Query q = session.query(
      "SELECT other FROM identity_conflict WHERE known = ?1 AND known_system = system ORDER BY other LIMIT "
      "?2",
      known.str(), kOthersMax);
  while (q.next()) others.emplace_back(std::string(q.text(0)));
  XL_CHECK(q.status());
  for (const PatientId& other : others) {
    XL_TRY(const std::string differs, judge(session, other, patient));
    if (differs.empty()) return survivor_of(session, other);
  }
  return PatientId();
}

Result<Meant> Identity::Impl::meant(sql::Session& session, const std::vector<Identifier>& identifiers,
                                    const json::object& patient, Demographics demographics) {
  XL_TRY(auto owners, this->owners(session, identifiers));
  Meant out;
  const std::string said = detail::said_of(patient);
  bool seen = false;  // these demographics, under a number of theirs
  for (size_t i = 0; i < identifiers.size(); ++i) {
    if (owners[i].empty()) out.link.push_back(identifiers[i]);
    if (said.empty()) continue;
    out.said.push_back(said_under(identifiers[i], said));
    if (owners[i].empty()) continue;
    XL_TRY(auto theirs, this->owners(session, {out.said.back()}));
    if (theirs.front().empty()) continue;
    owners[i] = std::move(theirs.front());
    seen = true;
  }
  XL_TRY(out.patient, single_owner(owners));
  if (seen) {
    out.said.clear();
    return out;
  }
  for (size_t i = 0; i < identifiers.size() && out.patient.empty(); ++i) {
    XL_TRY(out.patient, in_record(session, identifiers[i]));
    if (out.patient.empty()) continue;
    out.claim.push_back(identifiers[i]);
    std::erase(out.link, identifiers[i]);
  }
  if (out.patient.empty() || said.empty()) return out;
  XL_TRY(out.differs, judge(session, out.patient, patient));
  if (out.differs.empty()) return out;
  out.known = std::move(out.patient);
  for (size_t i = 0; i < identifiers.size() && out.contested.value.empty(); ++i)
    if (owners[i] == out.known || std::ranges::count(out.claim, identifiers[i]) > 0)
      out.contested = identifiers[i];
  XL_TRY(out.patient, someone_else(session, out.known, patient));
  if (demographics == Demographics::Correct && out.patient.empty()) {
    out.patient = std::exchange(out.known, {});
    out.contested = {};
    out.differs.clear();
  }
  return out;
}

}  // namespace xinglin::identity
