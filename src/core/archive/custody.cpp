#include "core/archive/custody.h"

#include <algorithm>
#include <chrono>

#include "base/log.h"
#include "core/archive/detail/rows.h"

namespace xinglin::archive {

namespace {

using trust::Action;
using trust::Permission;

constexpr int64_t kBatch = 64;
constexpr std::string_view kItems =
    "SELECT i.id, i.uid, t.patient, i.blob_key, i.blob_bytes, i.blob_digest, "
    "d.instance IS NOT NULL AND d.healed_at IS NULL FROM archive_instance i "
    "JOIN archive_series s ON s.id = i.series JOIN archive_study t ON t.id = s.study "
    "LEFT JOIN archive_damage d ON d.instance = i.id ";

Digest digest_of(std::span<const uint8_t> bytes) {
  Digest out{};
  std::copy_n(bytes.begin(), std::min(bytes.size(), out.size()), out.begin());
  return out;
}

Result<int64_t> one_integer(sql::Session& session, std::string_view sql) {
  auto row = session.query(sql);
  if (row.next()) return row.integer(0);
  XL_CHECK(row.status());
  return int64_t{0};
}

Result<int64_t> count_instances(sql::Session& session) {
  return one_integer(session, "SELECT instances FROM archive_figures");
}

Result<int64_t> place_of_pass(sql::Session& session) {
  return one_integer(session, "SELECT position FROM archive_scrub");
}

}  // namespace

struct Custody::Item {
  int64_t id = 0;
  std::string uid, patient;
  blob::BlobRef blob;
  bool known_damaged = false;
};

Custody::Custody(sql::Store& store, blob::BlobStore& blobs, const Clock& clock, trust::AuditLog& audit,
                 journal::Journal& journal, Metrics& metrics, Options options)
    : store_(store),
      blobs_(blobs),
      clock_(clock),
      audit_(audit),
      journal_(journal),
      checked_(metrics.counter("xinglin_scrub_instances_total", "Instances read again and compared")),
      found_(metrics.counter("xinglin_scrub_damaged_total", "Instances found missing or changed")),
      options_(options) {}

Custody::~Custody() {
  stop();
}

void Custody::start() {
  thread_ = std::thread([this] { run(); });
}

void Custody::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool Custody::pause(int64_t us) {
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, std::chrono::microseconds(us), [this] { return stopping_; });
}

Result<CustodyReceipt> Custody::receipt(const trust::Access& access, const SopInstanceUid& uid) {
  XL_CHECK(access.require(Permission::ReadClinical));
  auto found = store_.read([&](sql::Session& session) -> Result<CustodyReceipt> {
    auto row = session.query(
        "SELECT t.uid, t.patient, i.blob_digest, i.blob_bytes, i.received_at, i.sender, i.called_ae, "
        "i.audit_leaf, d.at, d.purged_at FROM archive_instance i JOIN archive_series s ON s.id = i.series "
        "JOIN archive_study t ON t.id = s.study LEFT JOIN archive_deletion d ON d.id = i.deleted "
        "WHERE i.uid = ?1",
        uid.str());
    if (row.next())
      return CustodyReceipt{uid,
                            StudyUid(std::string(row.text(0))),
                            PatientId(std::string(row.text(1))),
                            digest_of(row.blob(2)),
                            static_cast<uint64_t>(row.integer(3)),
                            row.instant(4),
                            std::string(row.text(5)),
                            std::string(row.text(6)),
                            row.integer(7),
                            instant_or_none(row, 8),
                            instant_or_none(row, 9)};
    XL_CHECK(row.status());
    return Error(kNoInstance);
  });
  if (found)
    audit_.record(access, {Action::Read, "Instance/" + uid.str(), found->patient.str(), true, "receipt"});
  return found;
}

Result<std::vector<Damage>> Custody::damages(const trust::Access& access, int64_t limit) {
  XL_CHECK(access.require(Permission::ReadSystem));
  return store_.read([&](sql::Session& session) -> Result<std::vector<Damage>> {
    std::vector<Damage> out;
    auto row = session.query(
        "SELECT i.uid, t.uid, d.kind, d.found_at, d.seen_at, d.healed_at FROM archive_damage d "
        "JOIN archive_instance i ON i.id = d.instance JOIN archive_series s ON s.id = i.series "
        "JOIN archive_study t ON t.id = s.study ORDER BY d.healed_at IS NOT NULL, d.found_at DESC LIMIT ?1",
        limit);
    while (row.next())
      out.push_back({SopInstanceUid(std::string(row.text(0))), StudyUid(std::string(row.text(1))),
                     std::string(row.text(2)), row.instant(3), row.instant(4), instant_or_none(row, 5)});
    XL_CHECK(row.status());
    return out;
  });
}

Result<ScrubState> Custody::state(const trust::Access& access) {
  XL_CHECK(access.require(Permission::ReadSystem));
  return read_state();
}

Result<ScrubState> Custody::read_state() {
  return store_.read([&](sql::Session& session) -> Result<ScrubState> {
    ScrubState out;
    auto row = session.query(
        "SELECT checked, pass_started_at, last_pass_finished_at, last_pass_checked, passes, "
        "(SELECT count(*) FROM archive_damage WHERE healed_at IS NULL) FROM archive_scrub");
    if (row.next())
      out = {row.integer(0), instant_or_none(row, 1), instant_or_none(row, 2),
             row.integer(3), row.integer(4),          row.integer(5)};
    XL_CHECK(row.status());
    return out;
  });
}

Result<std::vector<Custody::Item>> Custody::items_from(sql::Query row) {
  std::vector<Item> out;
  while (row.next())
    out.push_back({row.integer(0),
                   std::string(row.text(1)),
                   std::string(row.text(2)),
                   {std::string(row.text(3)), static_cast<uint64_t>(row.integer(4)), digest_of(row.blob(5))},
                   row.integer(6) != 0});
  XL_CHECK(row.status());
  return out;
}

Result<std::vector<Custody::Item>> Custody::next_items(int64_t after) {
  return store_.read([&](sql::Session& session) {
    return items_from(session.query(
        std::string(kItems) + "WHERE i.id > ?1 AND i.deleted = 0 ORDER BY i.id LIMIT ?2", after, kBatch));
  });
}

Result<bool> Custody::examine(const SopInstanceUid& uid) {
  XL_TRY(const auto items, store_.read([&](sql::Session& session) {
    return items_from(session.query(std::string(kItems) + "WHERE i.uid = ?1 AND i.deleted = 0", uid.str()));
  }));
  if (items.empty()) return Error(kNoInstance);
  ScrubResult result;
  return check(items.front(), result);
}

// A file that cannot be read for another reason (the disk does not answer) is not yet damage: the pass stops
// with that error and is tried again.
Result<bool> Custody::check(const Item& item, ScrubResult& result) {
  const auto whole = blobs_.verify(item.blob);
  ++result.checked;
  checked_.add();
  if (whole) {
    if (!item.known_damaged) return true;
    ++result.healed;
    XL_CHECK(mark_healed(item.id));
    return true;
  }
  if (!whole.error().is(blob::kMissing) && !whole.error().is(blob::kDamaged)) return whole.error();
  ++result.damaged;
  XL_CHECK(report(item, whole.error().is(blob::kMissing) ? "missing" : "changed"));
  return false;
}

Result<void> Custody::mark_healed(int64_t instance) {
  return store_.write([&](sql::Tx& tx) -> Result<void> {
    XL_CHECK(tx.run("UPDATE archive_damage SET healed_at = ?2 WHERE instance = ?1", instance, clock_.now()));
    return {};
  });
}

Result<void> Custody::report(const Item& item, std::string_view kind) {
  if (!item.known_damaged) {
    found_.add();
    log::error("archive.damage", {{"sop", item.uid}, {"kind", kind}, {"blob", item.blob.key}});
  }
  const Instant now = clock_.now();
  const std::string object = "Instance/" + item.uid;
  return store_.write([&](sql::Tx& tx) -> Result<void> {
    XL_CHECK(
        tx.run("INSERT INTO archive_damage (instance, kind, found_at, seen_at) VALUES (?1, ?2, ?3, ?3) "
               "ON CONFLICT (instance) DO UPDATE SET kind = ?2, seen_at = ?3, "
               "found_at = iif(healed_at IS NULL, found_at, ?3), healed_at = NULL",
               item.id, kind, now));
    if (item.known_damaged) return {};
    XL_CHECK(
        audit_.append(tx, trust::Access::system("custody"),
                      {Action::Read, object, item.patient, false, std::string("damage: ").append(kind)}));
    journal::Event event;
    event.type = "archive.damage-found";
    event.subject = item.uid;
    event.patient = item.patient;
    event.data = {{"sop", item.uid}, {"kind", kind}};
    XL_CHECK(journal_.append(tx, std::move(event)));
    return {};
  });
}

Result<ScrubResult> Custody::scrub(const trust::Access& access,
                                   const std::function<bool(int64_t, int64_t)>& progress) {
  XL_CHECK(access.require(Permission::OperateSystem));
  XL_TRY(const int64_t all, store_.read(count_instances));
  ScrubResult result;
  for (int64_t position = 0;;) {
    XL_TRY(const auto items, next_items(position));
    if (items.empty()) break;
    for (const Item& item : items) {
      XL_CHECK(check(item, result));
      position = item.id;
      if (progress && !progress(result.checked, std::max(all, result.checked)))
        return Error(errors::kCancelled, "stopped before the end");
    }
  }
  XL_TRY(result.orphans, remove_orphans());
  const std::string told =
      std::to_string(result.checked) + " read, " + std::to_string(result.damaged) + " damaged";
  audit_.record(access, {Action::Execute, "Archive", "", result.damaged == 0, "scrub: " + told});
  return result;
}

// By the name of the file, which is that of its instance.
Result<int64_t> Custody::remove_orphans() {
  const Instant before = clock_.now() + -options_.orphan_us;
  int64_t removed = 0;
  std::optional<Error> failed;
  const auto use = [&](const std::string& key) {
    const size_t name = key.rfind('/') + 1;
    const auto look = [&](sql::Session& session) -> Result<bool> {
      auto row = session.query("SELECT 1 FROM archive_instance WHERE uid = ?1 AND blob_key = ?2",
                               key.substr(name, key.rfind('.') - name), key);
      const bool found = row.next();
      XL_CHECK(row.status());
      return found;
    };
    const auto known = store_.read(look);
    const auto gone = known && !*known ? blobs_.remove_older(key, before) : Result<bool>(false);
    if (!known || !gone) failed = known ? gone.error() : known.error();
    if (gone && *gone) {
      ++removed;
      log::warning("archive.orphan-removed", {{"blob", key}});
    }
    return !failed && pause(0);
  };
  XL_CHECK(blobs_.each("dicom", before, use));
  return failed ? Result<int64_t>(*failed) : Result<int64_t>(removed);
}

bool Custody::pass_is_due(const ScrubState& state) const {
  if (state.pass_started_at || !state.last_pass_finished_at) return true;
  return clock_.now() - *state.last_pass_finished_at >= options_.pass_every_us;
}

void Custody::run() {
  do {
    const auto state = read_state();
    if (state && pass_is_due(*state)) background_pass();
  } while (pause(options_.patience_us));
}

Result<void> Custody::move_on(int64_t position, int64_t checked) {
  return store_.write([&](sql::Tx& tx) -> Result<void> {
    XL_CHECK(
        tx.run("UPDATE archive_scrub SET position = ?1, checked = checked + ?2, "
               "pass_started_at = ifnull(pass_started_at, ?3)",
               position, checked, clock_.now()));
    return {};
  });
}

void Custody::background_pass() {
  const auto begun = store_.read(place_of_pass);
  int64_t position = begun ? *begun : 0;
  while (true) {
    const auto items = next_items(position);
    if (!items) return;
    if (items->empty()) break;
    ScrubResult result;
    for (const Item& item : *items) {
      if (const auto checked = check(item, result); !checked) {
        log::warning("archive.scrub-stopped", {{"reason", checked.error().message()}});
        return;
      }
      position = item.id;
      const auto us = static_cast<int64_t>(item.blob.size_bytes) * kSecondUs / options_.bytes_per_second;
      if (!pause(us)) break;
    }
    if (!move_on(position, result.checked) || !pause(0)) return;
  }
  if (const auto orphans = remove_orphans(); !orphans)
    log::warning("archive.orphans", {{"reason", orphans.error().message()}});
  const auto ended = store_.write([&](sql::Tx& tx) -> Result<void> {
    XL_CHECK(
        tx.run("UPDATE archive_scrub SET position = 0, last_pass_checked = checked, checked = 0, "
               "pass_started_at = NULL, last_pass_finished_at = ?1, passes = passes + 1",
               clock_.now()));
    return {};
  });
  if (!ended) log::warning("archive.scrub-stopped", {{"reason", ended.error().message()}});
}

}  // namespace xinglin::archive
