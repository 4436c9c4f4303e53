#include "core/archive/deletion.h"

#include <algorithm>

#include "core/archive/detail/allow.h"
#include "core/archive/detail/history.h"
#include "core/archive/detail/retention.h"
#include "core/archive/detail/rows.h"
#include "core/archive/life.h"

namespace xinglin::archive {

namespace {

using trust::Action;
using trust::Permission;

constexpr int64_t kBatch = 100;  // instances of one step of a purge
constexpr std::string_view kColumns =
    "SELECT id, study, series, instance, who, why, at, purge_at, recovered_at, purged_at, instances, bytes "
    "FROM archive_deletion ";
// ?1 study, ?2 series and ?3 instance UID or ''.
#define XL_WANTED                                                                                         \
  "deleted = 0 AND series IN (SELECT id FROM archive_series WHERE study = ?1 AND (?2 = '' OR uid = ?2)) " \
  "AND (?3 = '' OR uid = ?3)"
constexpr std::string_view kMark = "UPDATE archive_instance SET deleted = ?4 WHERE " XL_WANTED;
constexpr std::string_view kCount =
    "SELECT count(*), coalesce(sum(blob_bytes), 0) FROM archive_instance WHERE " XL_WANTED;
#undef XL_WANTED

std::string object_of(const Selection& what) {
  return "Study/" + what.study.str() + (what.series.empty() ? "" : "/" + what.series.str()) +
         (what.instance.empty() ? "" : "/" + what.instance.str());
}

DeletionRow row_from(const sql::Query& row) {
  const auto text = [&](int column) { return std::string(row.text(column)); };
  return {row.integer(0),
          {StudyUid(text(1)), SeriesUid(text(2)), SopInstanceUid(text(3))},
          text(4),
          text(5),
          row.instant(6),
          row.instant(7),
          instant_or_none(row, 8),
          instant_or_none(row, 9),
          row.integer(10),
          static_cast<uint64_t>(row.integer(11))};
}

Result<DeletionRow> find_deletion(sql::Session& session, int64_t id) {
  auto row = session.query(std::string(kColumns) + "WHERE id = ?1", id);
  if (row.next()) return row_from(row);
  XL_CHECK(row.status());
  return Error(kNoDeletion);
}

json::object detail_of(const DeletionRow& row) {
  json::object out{{"deletion", row.id}, {"instances", row.instances}};
  if (!row.what.series.empty()) out["series"] = row.what.series.str();
  if (!row.what.instance.empty()) out["instance"] = row.what.instance.str();
  return out;
}

Result<std::optional<Hold>> hold_of(sql::Session& session, const StudyUid& study) {
  auto row = session.query("SELECT who, why, at FROM archive_hold WHERE study = ?1", study.str());
  std::optional<Hold> out;
  if (row.next()) out = Hold{std::string(row.text(0)), std::string(row.text(1)), row.instant(2)};
  XL_CHECK(row.status());
  return out;
}

// Counts of the study, of its patient and of the house, after instances came or went.
Result<void> recount(sql::Tx& tx, int64_t study, int64_t instances) {
  XL_TRY(const Recount moved, recount_study(tx, study));
  XL_CHECK(recount_patient(tx, moved.patient_id, moved.issuer));
  XL_CHECK(tx.run("UPDATE archive_figures SET studies = studies + ?1, instances = instances + ?2",
                  moved.studies, instances));
  return {};
}

}  // namespace

struct Deletion::Found {
  int64_t id = 0;
  StudyUid uid;
  PatientId patient;
  Keeping keeping;
};

Deletion::Deletion(sql::Store& store, blob::BlobStore& blobs, const Clock& clock, trust::AuditLog& audit,
                   journal::Journal& journal, Metrics& metrics, Options options)
    : store_(store),
      blobs_(blobs),
      clock_(clock),
      audit_(audit),
      journal_(journal),
      purged_(metrics.counter("xinglin_purged_instances_total", "Deleted instances whose files are gone")),
      purged_bytes_(metrics.counter("xinglin_purged_bytes_total", "Bytes of deleted instances given back")),
      options_(options) {}

void Deletion::register_jobs() {
  journal::QueueOptions options;
  options.attempts_max = 100;
  options.timeout_us = kHourUs;
  journal_.add_queue(std::string(kQueue), options, [this](const journal::Job& job) {
    return purge(static_cast<int64_t>(json::find_number(job.payload, "id").value_or(0)));
  });
}

Result<Deletion::Found> Deletion::find(sql::Session& session, const StudyUid& study) const {
  auto row = session.query(
      "SELECT id, patient, date, patient_birth_date, first_received_at FROM archive_study WHERE uid = ?1",
      study.str());
  if (!row.next()) {
    XL_CHECK(row.status());
    return Error(kNoInstance, "no study has this UID");
  }
  Found out{row.integer(0), study, PatientId(std::string(row.text(1))), {}};
  out.keeping.until = kept_until(options_.rule, std::string(row.text(2)),
                                 format_dicom_date(row.instant(4)).substr(0, 8), std::string(row.text(3)));
  XL_TRY(out.keeping.hold, hold_of(session, study));
  return out;
}

Result<void> Deletion::check_may_go(const Found& study) const {
  if (study.keeping.hold) return Error(kHeld);
  const std::string& until = study.keeping.until;
  if (format_dicom_date(clock_.now()).substr(0, 8) >= until) return {};
  return Error(kKept, "this must be kept until " + until.substr(0, 4) + "-" + until.substr(4, 2) + "-" +
                          until.substr(6) + "; reject it to hide it");
}

Result<int64_t> Deletion::remove(const trust::Access& access, const Selection& what, const std::string& why) {
  XL_CHECK(allow(access, audit_, Permission::DeleteImages, Action::Delete, object_of(what)));
  XL_CHECK(check_reason(why));
  const auto work = [&](sql::Tx& tx) -> Result<int64_t> {
    XL_TRY(const Found study, find(tx, what.study));
    const Instant now = clock_.now();
    DeletionRow deletion{0, what, access.who(), why, now, now + options_.grace_us, {}, {}, 0, 0};
    {
      auto row = tx.query(kCount, study.id, what.series.str(), what.instance.str());
      if (row.next()) deletion.instances = row.integer(0);
      if (deletion.instances > 0) deletion.size_bytes = static_cast<uint64_t>(row.integer(1));
      XL_CHECK(row.status());
    }
    if (deletion.instances == 0) return Error(kNoInstance, "nothing is stored under these UIDs");
    XL_CHECK(check_may_go(study));
    XL_CHECK(
        tx.run("INSERT INTO archive_deletion (study, series, instance, who, why, at, purge_at, instances, "
               "bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
               what.study.str(), what.series.str(), what.instance.str(), access.who(), why, now,
               deletion.purge_at, deletion.instances, static_cast<int64_t>(deletion.size_bytes)));
    deletion.id = tx.last_insert_id();
    XL_CHECK(tx.run(kMark, study.id, what.series.str(), what.instance.str(), deletion.id));
    XL_CHECK(recount(tx, study.id, -deletion.instances));
    XL_CHECK(record_act(tx, {audit_, journal_}, access,
                        {what.study, study.patient, "deleted", why, detail_of(deletion)}, now));
    XL_CHECK(enqueue_purge(tx, deletion.id, options_.grace_us));
    return deletion.id;
  };
  auto done = store_.write_for<int64_t>(work);
  if (!done)
    audit_.record(access,
                  {Action::Delete, object_of(what), "", false, std::string(done.error().code().name)});
  return done;
}

Result<void> Deletion::enqueue_purge(sql::Tx& tx, int64_t id, int64_t delay_us) {
  return journal_.enqueue(tx, kQueue,
                          {.key = std::to_string(id), .payload = {{"id", id}}, .delay_us = delay_us});
}

// What waited for the end of a hold.
Result<void> Deletion::enqueue_purges(sql::Tx& tx, const StudyUid& study, Instant now) {
  std::vector<DeletionRow> waiting;
  {
    auto row =
        tx.query(std::string(kColumns) + "WHERE study = ?1 AND recovered_at IS NULL AND purged_at IS NULL",
                 study.str());
    while (row.next()) waiting.push_back(row_from(row));
    XL_CHECK(row.status());
  }
  for (const DeletionRow& one : waiting)
    XL_CHECK(enqueue_purge(tx, one.id, std::max<int64_t>(0, one.purge_at - now)));
  return {};
}

Result<void> Deletion::recover(const trust::Access& access, int64_t id, const std::string& why) {
  XL_CHECK(allow(access, audit_, Permission::DeleteImages, Action::Update, "Deletion/" + std::to_string(id)));
  XL_CHECK(check_reason(why));
  return store_.write([&](sql::Tx& tx) -> Result<void> {
    XL_TRY(const DeletionRow deletion, find_deletion(tx, id));
    const Instant now = clock_.now();
    if (deletion.recovered_at) return Error(kWrongState, "this was taken back already");
    if (now >= deletion.purge_at) return Error(kWrongState, "the grace time of this deletion is over");
    XL_TRY(const Found study, find(tx, deletion.what.study));
    XL_TRY(const int64_t back, tx.run("UPDATE archive_instance SET deleted = 0 WHERE deleted = ?1", id));
    XL_CHECK(tx.run("UPDATE archive_deletion SET recovered_at = ?2 WHERE id = ?1", id, now));
    XL_CHECK(recount(tx, study.id, back));
    return record_act(tx, {audit_, journal_}, access,
                      {study.uid, study.patient, "recovered", why, detail_of(deletion)}, now);
  });
}

Result<void> Deletion::set_hold(const trust::Access& access, const StudyUid& study, const std::string& why,
                                bool held) {
  XL_CHECK(allow(access, audit_, Permission::DeleteImages, Action::Update, "Study/" + study.str()));
  XL_CHECK(check_reason(why));
  return store_.write([&](sql::Tx& tx) -> Result<void> {
    XL_TRY(const Found found, find(tx, study));
    if (found.keeping.hold.has_value() == held)
      return Error(kWrongState, held ? "the study is held already" : "the study is not held");
    const Instant now = clock_.now();
    if (held)
      XL_CHECK(
          tx.run("INSERT INTO archive_hold VALUES (?1, ?2, ?3, ?4)", study.str(), access.who(), why, now));
    else
      XL_CHECK(tx.run("DELETE FROM archive_hold WHERE study = ?1", study.str()));
    if (!held) XL_CHECK(enqueue_purges(tx, study, now));
    return record_act(tx, {audit_, journal_}, access,
                      {study, found.patient, held ? "held" : "released", why, {}}, now);
  });
}

Result<void> Deletion::hold(const trust::Access& access, const StudyUid& study, const std::string& why) {
  return set_hold(access, study, why, true);
}

Result<void> Deletion::release(const trust::Access& access, const StudyUid& study, const std::string& why) {
  return set_hold(access, study, why, false);
}

Result<std::vector<DeletionRow>> Deletion::list(const trust::Access& access, int64_t limit) {
  XL_CHECK(access.require(Permission::DeleteImages));
  return store_.read([&](sql::Session& session) -> Result<std::vector<DeletionRow>> {
    std::vector<DeletionRow> out;
    auto row = session.query(std::string(kColumns) + "ORDER BY id DESC LIMIT ?1", limit);
    while (row.next()) out.push_back(row_from(row));
    XL_CHECK(row.status());
    return out;
  });
}

Result<Keeping> Deletion::keeping(const trust::Access& access, const StudyUid& study) {
  XL_CHECK(access.require(Permission::ReadClinical));
  XL_TRY(Found found, store_.read([&](sql::Session& session) { return find(session, study); }));
  return std::move(found.keeping);
}

Result<void> Deletion::purge(int64_t id) {
  XL_TRY(const DeletionRow deletion,
         store_.read([&](sql::Session& session) { return find_deletion(session, id); }));
  if (deletion.recovered_at || deletion.purged_at) return {};
  if (clock_.now() < deletion.purge_at) return Error(errors::kBusy, "the grace time is not over");
  for (bool more = true; more;) {
    XL_TRY(const auto hold,
           store_.read([&](sql::Session& session) { return hold_of(session, deletion.what.study); }));
    if (hold) return {};  // release() asks again
    XL_TRY(more, purge_some(id));
  }
  return finish(id);
}

// Files first: what is broken off between the two leaves rows without a file, which nobody can ask for, and
// is done again. The key of a file is made of the UIDs of its instance, so no other row refers to it.
Result<bool> Deletion::purge_some(int64_t id) {
  struct Item {
    int64_t id = 0, size_bytes = 0;
    std::string key;
  };
  XL_TRY(const auto items, store_.read([&](sql::Session& session) -> Result<std::vector<Item>> {
    std::vector<Item> out;
    auto row = session.query(
        "SELECT id, blob_bytes, blob_key FROM archive_instance WHERE deleted = ?1 AND deleted <> 0 "
        "AND blob_key <> '' ORDER BY id LIMIT ?2",
        id, kBatch);
    while (row.next()) out.push_back({row.integer(0), row.integer(1), std::string(row.text(2))});
    XL_CHECK(row.status());
    return out;
  }));
  if (items.empty()) return false;
  int64_t bytes = 0;
  for (const Item& item : items) {
    const auto removed = blobs_.remove(item.key);
    if (!removed && !removed.error().is(blob::kMissing)) return removed.error();
    bytes += item.size_bytes;
  }
  const auto told = [&](sql::Tx& tx) -> Result<void> {
    for (const Item& item : items) {
      XL_CHECK(tx.run("DELETE FROM archive_attributes WHERE instance = ?1", item.id));
      XL_CHECK(tx.run("DELETE FROM archive_damage WHERE instance = ?1", item.id));
      XL_CHECK(tx.run("UPDATE archive_instance SET blob_key = '' WHERE id = ?1", item.id));
    }
    XL_CHECK(tx.run("UPDATE archive_figures SET stored_bytes = stored_bytes - ?1", bytes));
    return {};
  };
  XL_CHECK(store_.write(told));
  purged_.add(items.size());
  purged_bytes_.add(static_cast<uint64_t>(bytes));
  return true;
}

Result<void> Deletion::finish(int64_t id) {
  return store_.write([&](sql::Tx& tx) -> Result<void> {
    XL_TRY(const DeletionRow deletion, find_deletion(tx, id));
    if (deletion.purged_at) return {};
    XL_TRY(const Found study, find(tx, deletion.what.study));
    const Instant now = clock_.now();
    XL_CHECK(tx.run("UPDATE archive_deletion SET purged_at = ?2 WHERE id = ?1", id, now));
    XL_CHECK(forget_study(tx, study.id));
    return record_act(tx, {audit_, journal_}, trust::Access::system("deletion"),
                      {study.uid, study.patient, "purged", "", detail_of(deletion)}, now);
  });
}

}  // namespace xinglin::archive
