// One act in the history of a study, written in the caller's transaction with its audit leaf and its journal
// event. Private to core/archive.
#pragma once

#include <string>

#include "core/archive/archive.h"

namespace xinglin::archive {

struct Act {
  StudyUid study;
  PatientId patient;
  std::string_view act;  // "complete", "reopened", "rejected", "restored", "corrected", ...
  std::string why;
  json::object detail = {};
};
Result<void> check_reason(const std::string& why);  // of an act of a person: kNoReason
// Rooms that every act needs.
struct Recorders {
  trust::AuditLog& audit;
  journal::Journal& journal;
};
Result<void> record_act(sql::Tx& tx, const Recorders& rooms, const trust::Access& access, const Act& act,
                        Instant at);

}  // namespace xinglin::archive
