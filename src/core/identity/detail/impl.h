// What the files of identity share: its neighbours, and the few statements on its own tables.
#pragma once

#include "base/digest.h"
#include "core/identity/identity.h"

namespace xinglin::identity {

// The system of the identifiers that stand for demographics seen under a number.
inline constexpr std::string_view kSaid = "urn:xinglin:said";

// Who is meant by identifiers together with demographics.
struct Meant {
  PatientId patient;                   // empty: nobody who is known
  std::vector<Identifier> link, said;  // what that patient, or the new one, is to be known by from now on
  std::vector<Identifier> claim = {};  // what the one who is known has in the record only
  // Set when the number is known, but clearly as that of somebody else:
  PatientId known = {};
  Identifier contested = {};
  std::string differs = {};
};

struct Identity::Impl {
  record::Record& record;
  const Clock& clock;
  trust::AuditLog& audit;
  journal::Journal& journal;
  std::vector<PatientColumn> columns = {};
  // Writing Patient resources is this room's own work, whoever asked for it; the caller is named by the
  // room's own leaf.
  trust::Access self = trust::Access::system("identity");

  // Without demographics ({}) the identifiers alone decide. kConflict: they belong to different patients.
  Result<Meant> meant(sql::Session& session, const std::vector<Identifier>& identifiers,
                      const json::object& patient, Demographics demographics);
  Result<PatientId> someone_else(sql::Session& session, const PatientId& known, const json::object& patient);
  // What clearly contradicts between demographics and those of a patient of the record; "" when nothing.
  Result<std::string> judge(sql::Session& session, const PatientId& patient, const json::object& other);
  // The one Patient of the record with this identifier: made by FHIR, unknown here so far.
  Result<PatientId> in_record(sql::Session& session, const Identifier& identifier);
  // Follows merges.
  Result<PatientId> survivor_of(sql::Session& session, PatientId patient);
  // Queues a conflict, once for any two patients.
  Result<void> queue_conflict(sql::Tx& tx, const trust::Access& access, const Identifier& known_as,
                              const PatientId& known, const Identifier& identifier, const PatientId& other,
                              const std::string& differs);
  // The same number under another issuer may be the same person: a conflict each.
  Result<void> queue_same_numbers(sql::Tx& tx, const trust::Access& access,
                                  const std::vector<Identifier>& identifiers, const PatientId& patient);

  // The patient each identifier belongs to now; empty for one that is not known.
  Result<std::vector<PatientId>> owners(sql::Session& session, const std::vector<Identifier>& identifiers);
  Result<void> link(sql::Tx& tx, const Identifier& identifier, const PatientId& patient);
  Result<json::object> stored(sql::Session& session, std::string_view type, std::string_view id);
  Result<void> store(sql::Tx& tx, const trust::Access& access, json::object resource);
  // Deleting the resource of a patient does not free their identifiers: when the hospital speaks of them
  // again the resource comes back under its id, else nothing could be filed under them any more.
  Result<void> revive(sql::Tx& tx, const trust::Access& access, const PatientId& id, json::object patient);
  Result<bool> is_merged(sql::Session& session, const PatientId& patient);
  Result<PatientId> create(sql::Tx& tx, const trust::Access& access,
                           const std::vector<Identifier>& identifiers, json::object patient,
                           const Digest& digest);
  Result<void> update(sql::Tx& tx, const trust::Access& access, const PatientId& id,
                      const json::object& patient, Demographics demographics);

  // merge() and undo_merge() without the question who may.
  Result<int64_t> join(sql::Tx& tx, const trust::Access& access, const PatientId& survivor,
                       const PatientId& merged);
  Result<void> part(sql::Tx& tx, const trust::Access& access, int64_t merge_id);

  struct Merge {
    int64_t id = 0;
    PatientId survivor, merged;
  };
  Result<void> move_identifiers(sql::Tx& tx, const Merge& m, const json::object& survivor);
  Result<void> move_resources(sql::Tx& tx, const trust::Access& access, const Merge& m);
  Result<void> move_rows(sql::Tx& tx, const Merge& m);
  Result<void> return_identifiers(sql::Tx& tx, const Merge& m, json::object& survivor);
  Result<void> return_resources(sql::Tx& tx, const trust::Access& access, const Merge& m);
  Result<void> return_rows(sql::Tx& tx, const Merge& m);
  Result<void> announce(sql::Tx& tx, const trust::Access& access, const Merge& m, const char* event,
                        const char* detail);
};

}  // namespace xinglin::identity
