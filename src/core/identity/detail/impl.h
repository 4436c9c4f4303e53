// What the files of identity share: its neighbours, and the few statements on its own tables.
#pragma once

#include "base/digest.h"
#include "core/identity/identity.h"

namespace xinglin::identity {

struct Identity::Impl {
  record::Record& record;
  const Clock& clock;
  trust::AuditLog& audit;
  journal::Journal& journal;
  std::vector<PatientColumn> columns = {};
  // Writing Patient resources is this room's own work, whoever asked for it; the caller is named by the
  // room's own leaf.
  trust::Access self = trust::Access::system("identity");

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
