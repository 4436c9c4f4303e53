#include "core/archive/detail/history.h"

#include "core/archive/life.h"

namespace xinglin::archive {

Result<void> check_reason(const std::string& why) {
  constexpr size_t kReasonMax = 1000;
  if (!why.empty() && why.size() <= kReasonMax) return {};
  return Error(kNoReason, "say why, in at most " + std::to_string(kReasonMax) + " bytes");
}

Result<void> record_act(sql::Tx& tx, const Recorders& rooms, const trust::Access& access, const Act& act,
                        Instant at) {
  XL_CHECK(
      tx.run("INSERT INTO archive_history (study, act, at, who, why, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
             act.study.str(), act.act, at, access.who(), act.why, json::serialize(act.detail)));
  const std::string told = std::string(act.act) + (act.why.empty() ? "" : ": " + act.why);
  XL_CHECK(rooms.audit.append(
      tx, access, {trust::Action::Update, "Study/" + act.study.str(), act.patient.str(), true, told}));
  journal::Event event;
  event.type = "archive.study-" + std::string(act.act);
  event.subject = act.study.str();
  event.patient = act.patient.str();
  event.data = act.detail;
  event.data["study"] = act.study.str();
  event.data["patient"] = act.patient.str();
  XL_CHECK(rooms.journal.append(tx, std::move(event)));
  return {};
}

}  // namespace xinglin::archive
