#include "core/archive/life.h"

#include <chrono>

#include "base/log.h"
#include "core/archive/detail/evidence.h"
#include "core/archive/detail/history.h"
#include "core/archive/detail/rows.h"
#include "core/archive/evidence.h"

namespace xinglin::archive {

namespace {

using trust::Action;
using trust::Permission;

constexpr int64_t kLookMax = 1000;  // studies looked at in one go
constexpr int64_t kHistoryMax = 500;

struct Found {
  int64_t id = 0;
  PatientId patient;
  StudyState state = StudyState::Received;
  bool rejected = false, deleted = false, purged = false;
  int64_t instances = 0;
  std::string patient_id, issuer, modalities;
};

Result<Found> find(sql::Session& session, const StudyUid& uid) {
  auto row = session.query(
      "SELECT id, patient, state, hidden, instance_count, patient_id, patient_issuer, modalities "
      "FROM archive_study WHERE uid = ?1",
      uid.str());
  if (row.next())
    return Found{row.integer(0),
                 PatientId(std::string(row.text(1))),
                 static_cast<StudyState>(row.integer(2)),
                 (row.integer(3) & 1) != 0,
                 (row.integer(3) & 2) != 0,
                 (row.integer(3) & 4) != 0,
                 row.integer(4),
                 std::string(row.text(5)),
                 std::string(row.text(6)),
                 std::string(row.text(7))};
  XL_CHECK(row.status());
  return Error(kNoInstance, "no study has this UID");
}

// The study is complete from now on; what the event carries is what an application's trigger may ask for.
Result<void> mark_complete(sql::Tx& tx, const Recorders& rooms, const trust::Access& access,
                           const StudyUid& uid, const Found& study, json::array evidence,
                           const std::string& why, Instant now) {
  XL_CHECK(tx.run("UPDATE archive_study SET state = 1 WHERE id = ?1", study.id));
  XL_CHECK(tx.run("DELETE FROM archive_evidence WHERE study = ?1 AND kind = ?2", uid.str(),
                  to_string(EvidenceKind::AssociationEnd)));
  Act act{uid, study.patient, "complete", why, {}};
  act.detail = {
      {"instances", study.instances}, {"modalities", study.modalities}, {"evidence", std::move(evidence)}};
  return record_act(tx, rooms, access, act, now);
}

}  // namespace

std::string_view to_string(StudyState state) {
  constexpr std::string_view kNames[] = {"received", "complete", "reopened"};
  return kNames[static_cast<size_t>(state)];
}

std::string_view to_string(EvidenceKind kind) {
  constexpr std::string_view kNames[] = {"performed", "expected-count", "association-end", "quiet-time",
                                         "person"};
  return kNames[static_cast<size_t>(kind)];
}

struct StudyLife::Row {
  OpenStudy open;
};

StudyLife::~StudyLife() {
  stop();
}

void StudyLife::start() {
  thread_ = std::thread([this] { run(); });
}

void StudyLife::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void StudyLife::run() {
  while (true) {
    if (const auto looked = look(); !looked)
      log::warning("archive.life-stopped", {{"reason", looked.error().message()}});
    std::unique_lock lock(mutex_);
    if (wake_.wait_for(lock, std::chrono::microseconds(options_.patience_us), [this] { return stopping_; }))
      return;
  }
}

Result<void> StudyLife::note(const trust::Access& access, const StudyUid& study, const Evidence& evidence) {
  XL_CHECK(access.require(Permission::Ingest));
  return store_.write([&](sql::Tx& tx) { return note_evidence(tx, study, evidence, clock_.now()); });
}

Result<int64_t> StudyLife::look() {
  XL_TRY(const auto open, store_.read([&](sql::Session& session) -> Result<std::vector<Row>> {
    std::vector<Row> out;
    auto row = session.query(
        "SELECT id, instance_count, last_received_at, uid FROM archive_study INDEXED BY archive_study_open "
        "WHERE state <> 1 AND hidden < 2 ORDER BY last_received_at LIMIT ?1",
        kLookMax);
    while (row.next())
      out.push_back({{row.integer(0), StudyUid(std::string(row.text(3))), row.integer(1), row.instant(2)}});
    XL_CHECK(row.status());
    return out;
  }));
  int64_t completed = 0;
  for (const Row& row : open) {
    XL_TRY(const auto evidence, store_.read([&](sql::Session& session) {
      return evidence_of_end(session, row.open, options_, clock_.now());
    }));
    if (!evidence) continue;
    XL_TRY(const bool closed, close(row));
    completed += closed ? 1 : 0;
  }
  return completed;
}

// Looked at again inside the transaction: an image may have come since.
Result<bool> StudyLife::close(const Row& row) {
  bool closed = false;
  XL_CHECK(store_.write([&](sql::Tx& tx) -> Result<void> {
    closed = false;
    OpenStudy now_open = row.open;
    {
      auto again =
          tx.query("SELECT instance_count, last_received_at FROM archive_study WHERE id = ?1 AND state <> 1",
                   row.open.id);
      if (!again.next()) return again.status();
      now_open.instances = again.integer(0);
      now_open.last_received_at = again.instant(1);
    }
    const Instant now = clock_.now();
    XL_TRY(auto evidence, evidence_of_end(tx, now_open, options_, now));
    if (!evidence) return {};
    XL_TRY(const Found study, find(tx, row.open.uid));
    closed = true;
    return mark_complete(tx, {audit_, journal_}, trust::Access::system("study-life"), row.open.uid, study,
                         std::move(*evidence), "", now);
  }));
  return closed;
}

Result<LifeOfStudy> StudyLife::of(const trust::Access& access, const StudyUid& study) {
  XL_CHECK(access.require(Permission::ReadClinical));
  PatientId patient;
  XL_TRY(LifeOfStudy out, store_.read([&](sql::Session& session) -> Result<LifeOfStudy> {
    XL_TRY(const Found found, find(session, study));
    patient = found.patient;
    LifeOfStudy life{found.state, found.rejected, found.deleted, found.purged, {}};
    auto row = session.query(
        "SELECT id, act, who, why, detail, at FROM archive_history WHERE study = ?1 ORDER BY id DESC LIMIT "
        "?2",
        study.str(), kHistoryMax);
    while (row.next()) {
      XL_TRY(json::value detail, json::parse(row.text(4)));
      if (!detail.is_object()) return Error(errors::kCorrupt);
      life.history.push_back({row.integer(0), std::string(row.text(1)), std::string(row.text(2)),
                              std::string(row.text(3)), std::move(detail.get_object()), row.instant(5)});
    }
    XL_CHECK(row.status());
    return life;
  }));
  audit_.record(access, {Action::Read, "Study/" + study.str(), patient.str(), true, "life"});
  return out;
}

Result<void> StudyLife::complete(const trust::Access& access, const StudyUid& study, const std::string& why) {
  XL_CHECK(access.require(Permission::WriteClinical));
  XL_CHECK(check_reason(why));
  return store_.write([&](sql::Tx& tx) -> Result<void> {
    XL_TRY(const Found found, find(tx, study));
    if (found.deleted) return Error(kWrongState, "the study is deleted");
    if (found.state == StudyState::Complete) return Error(kWrongState, "the study is complete already");
    json::array evidence{json::object{{"kind", to_string(EvidenceKind::Person)}, {"detail", json::object()}}};
    return mark_complete(tx, {audit_, journal_}, access, study, found, std::move(evidence), why,
                         clock_.now());
  });
}

Result<void> StudyLife::hide(const trust::Access& access, const StudyUid& study, const std::string& why,
                             bool hidden) {
  XL_CHECK(access.require(Permission::WriteClinical));
  XL_CHECK(check_reason(why));
  return store_.write([&](sql::Tx& tx) -> Result<void> {
    XL_TRY(const Found found, find(tx, study));
    if (found.deleted) return Error(kWrongState, "the study is deleted");
    if (found.rejected == hidden)
      return Error(kWrongState, hidden ? "the study is rejected already" : "the study is not rejected");
    XL_CHECK(tx.run("UPDATE archive_study SET hidden = ?2 WHERE id = ?1", found.id, hidden ? 1 : 0));
    XL_CHECK(recount_patient(tx, found.patient_id, found.issuer));
    return record_act(tx, {audit_, journal_}, access,
                      {study, found.patient, hidden ? "rejected" : "restored", why, {}}, clock_.now());
  });
}

Result<void> StudyLife::reject(const trust::Access& access, const StudyUid& study, const std::string& why) {
  return hide(access, study, why, true);
}

Result<void> StudyLife::restore(const trust::Access& access, const StudyUid& study, const std::string& why) {
  return hide(access, study, why, false);
}

}  // namespace xinglin::archive
