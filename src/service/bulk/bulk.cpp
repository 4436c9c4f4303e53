#include "service/bulk/bulk.h"

#include "core/trust/delegation.h"
#include "service/bulk/detail/impl.h"

namespace xinglin::bulk {
namespace {

constexpr int kAttemptsMax = 5;
constexpr std::string_view kColumns =
    "id, kind, state, who, url, progress, resources, refused, ifnull(error, ''), created_at, ended_at, "
    "expires_at, owner, request, position";

std::optional<Instant> time_at(const sql::Query& query, int column) {
  if (query.is_null(column)) return std::nullopt;
  return query.instant(column);
}

Job to_job(const sql::Query& q) {
  const auto text = [&](int column) { return std::string(q.text(column)); };
  return {.id = text(0),
          .kind = text(1),
          .state = text(2),
          .who = text(3),
          .url = text(4),
          .progress = text(5),
          .resources = q.integer(6),
          .refused = q.integer(7),
          .error = text(8),
          .created_at = q.instant(9),
          .ended_at = time_at(q, 10),
          .expires_at = time_at(q, 11)};
}

std::optional<int64_t> us(const std::optional<Instant>& t) {
  return t ? std::optional(t->us) : std::nullopt;
}

// Trouble that may pass: the slice is run again by the journal.
bool may_pass(const Error& error) {
  return error.kind() == ErrorKind::Io || error.kind() == ErrorKind::Busy ||
         error.kind() == ErrorKind::Timeout || error.kind() == ErrorKind::Internal;
}

}  // namespace

Result<std::vector<File>> files_of(sql::Session& session, const std::string& id, std::string_view kind) {
  std::vector<File> out;
  sql::Query q = session.query(
      "SELECT number, type, resources, bytes, blob, digest FROM bulk_file WHERE job = ?1 AND kind = ?2 "
      "ORDER BY number",
      id, kind);
  while (q.next()) {
    File file{q.integer(0), std::string(q.text(1)), q.integer(2), q.integer(3), {}};
    file.blob.key = q.text(4);
    file.blob.size_bytes = static_cast<uint64_t>(file.bytes);
    const auto digest = q.blob(5);
    std::copy_n(digest.begin(), std::min(digest.size(), file.blob.digest.size()), file.blob.digest.begin());
    out.push_back(std::move(file));
  }
  XL_CHECK(q.status());
  return out;
}

Bulk::Bulk(const Rooms& rooms, Options options) : impl_(std::make_unique<Impl>(rooms, std::move(options))) {}
Bulk::~Bulk() = default;

void Bulk::register_jobs() {
  impl_->rooms.journal.add_queue(std::string(kQueue),
                                 {.workers = 1, .attempts_max = kAttemptsMax, .timeout_us = 10 * kMinuteUs},
                                 [impl = impl_.get()](const journal::Job& job) { return impl->run(job); });
}

Result<Bulk::Impl::Row> Bulk::Impl::row(sql::Session& session, const std::string& id) {
  sql::Query q = session.query("SELECT " + std::string(kColumns) + " FROM bulk_job WHERE id = ?1", id);
  if (!q.next()) {
    XL_CHECK(q.status());
    return Error(kNoJob);
  }
  return Row{to_job(q), std::string(q.text(12)), std::string(q.text(13)), std::string(q.text(14))};
}

Result<void> Bulk::Impl::may_see(const trust::Access& access, const Job& job) const {
  if (job.who == access.who() || access.may(trust::Permission::ReadSystem)) return {};
  return Error(kNotYours);
}

Result<trust::Access> Bulk::Impl::owner_of(sql::Session& session, const Row& row) {
  XL_TRY(const json::value kept, json::parse(row.owner));
  if (!kept.is_object()) return Error(errors::kCorrupt, "the owner of a bulk job was not kept");
  return trust::Delegation::recall(session, rooms.clock.now(), kept.get_object());
}

Result<void> Bulk::Impl::check_room(sql::Session& session) {
  sql::Query q = session.query("SELECT COUNT(*) FROM bulk_job WHERE state = 'running'");
  const int64_t running = q.next() ? q.integer(0) : 0;
  XL_CHECK(q.status());
  if (running >= static_cast<int64_t>(options.running_max)) return Error(kTooMany);
  return {};
}

Result<void> Bulk::Impl::queue_next(sql::Tx& tx, const std::string& id) {
  return rooms.journal.enqueue(tx, kQueue, {.key = id, .payload = {{"job", id}}, .priority = -10});
}

Result<void> Bulk::Impl::start(sql::Tx& tx, const trust::Access& access, const Row& row) {
  XL_CHECK(check_room(tx));
  const Job& job = row.job;
  XL_CHECK(tx.run(
      "INSERT INTO bulk_job (id, kind, state, who, owner, url, request, position, progress, resources, "
      "refused, created_at) VALUES (?1, ?2, 'running', ?3, ?4, ?5, ?6, ?7, ?8, 0, 0, ?9)",
      job.id, job.kind, job.who, row.owner, job.url, row.request, row.position, job.progress,
      job.created_at));
  XL_CHECK(rooms.audit.append(
      tx, access,
      {.action = trust::Action::Execute, .object = "BulkJob/" + job.id, .patient = {}, .detail = job.kind}));
  return queue_next(tx, job.id);
}

Result<void> Bulk::Impl::add_file(sql::Tx& tx, const std::string& id, std::string_view kind,
                                  const File& file) {
  XL_CHECK(tx.run("INSERT OR REPLACE INTO bulk_file VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", id, file.number,
                  kind, file.type, file.resources, file.bytes, file.blob.key,
                  std::span<const uint8_t>(file.blob.digest)));
  return {};
}

std::string Bulk::Impl::blob_key(const std::string& id, int64_t number) const {
  return "bulk/" + id + "/" + std::to_string(number) + ".ndjson";
}

Result<void> Bulk::Impl::save(sql::Tx& tx, const Row& row) {
  const Job& job = row.job;
  // A job that was cancelled meanwhile stays so.
  XL_CHECK(
      tx.run("UPDATE bulk_job SET state = ?2, position = ?3, progress = ?4, resources = ?5, refused = ?6, "
             "ended_at = ?7, expires_at = ?8 WHERE id = ?1 AND state = 'running'",
             job.id, job.state, row.position, job.progress, job.resources, job.refused, us(job.ended_at),
             us(job.expires_at)));
  if (job.state == "running") return queue_next(tx, job.id);
  return rooms.journal.enqueue(
      tx, kQueue, {.key = "forget " + job.id, .payload = {{"forget", job.id}}, .delay_us = options.keep_us});
}

Result<void> Bulk::Impl::end(const std::string& id, std::string_view state, const std::string& error) {
  return rooms.store.write([&](sql::Tx& tx) -> Result<void> {
    XL_CHECK(
        tx.run("UPDATE bulk_job SET state = ?2, error = ?3, ended_at = ?4, expires_at = ?5 WHERE id = ?1 "
               "AND state = 'running'",
               id, state, error, rooms.clock.now(), rooms.clock.now() + options.keep_us));
    return rooms.journal.enqueue(
        tx, kQueue, {.key = "forget " + id, .payload = {{"forget", id}}, .delay_us = options.keep_us});
  });
}

Result<void> Bulk::Impl::forget(const std::string& id) {
  std::vector<std::string> keys;
  const auto forgotten = rooms.store.write([&](sql::Tx& tx) -> Result<void> {
    keys.clear();
    sql::Query q = tx.query("SELECT blob FROM bulk_file WHERE job = ?1", id);
    while (q.next()) keys.emplace_back(q.text(0));
    XL_CHECK(q.status());
    for (const char* table : {"bulk_file", "bulk_error"})
      XL_CHECK(tx.run("DELETE FROM " + std::string(table) + " WHERE job = ?1", id));
    XL_CHECK(tx.run("DELETE FROM bulk_job WHERE id = ?1 AND state <> 'running'", id));
    return {};
  });
  if (!forgotten) return forgotten.error();
  for (const std::string& key : keys)
    if (rooms.blobs.exists(key)) XL_CHECK(rooms.blobs.remove(key));
  return {};
}

Result<void> Bulk::Impl::run(const journal::Job& job) {
  if (const auto id = json::find_string(job.payload, "forget")) return forget(std::string(*id));
  const std::string id(json::find_string(job.payload, "job").value_or(""));
  auto found = rooms.store.read([&](sql::Session& session) { return row(session, id); });
  if (!found) return found.error().is(kNoJob) ? Result<void>() : found.error();
  if (found->job.state != "running") return {};
  const Result<void> done =
      found->job.kind == "export" ? run_export(std::move(*found)) : run_import(std::move(*found));
  if (done || (may_pass(done.error()) && job.attempt < kAttemptsMax)) return done;
  return end(id, "failed", done.error().message());
}

Result<Job> Bulk::job(const trust::Access& access, const std::string& id) {
  return impl_->rooms.store.read([&](sql::Session& session) -> Result<Job> {
    XL_TRY(Impl::Row row, impl_->row(session, id));
    XL_CHECK(impl_->may_see(access, row.job));
    if (row.job.kind == "export") {
      XL_TRY(row.job.files, files_of(session, id, "output"));
    }
    return std::move(row.job);
  });
}

Result<std::vector<Job>> Bulk::jobs(const trust::Access& access, int64_t limit) {
  XL_CHECK(access.require(trust::Permission::ReadSystem));
  return impl_->rooms.store.read([&](sql::Session& session) -> Result<std::vector<Job>> {
    std::vector<Job> out;
    sql::Query q = session.query(
        "SELECT " + std::string(kColumns) + " FROM bulk_job ORDER BY created_at DESC LIMIT ?1", limit);
    while (q.next()) out.push_back(to_job(q));
    XL_CHECK(q.status());
    return out;
  });
}

Result<void> Bulk::cancel(const trust::Access& access, const std::string& id) {
  const auto found = impl_->rooms.store.read([&](sql::Session& session) { return impl_->row(session, id); });
  if (!found) return found.error();
  if (found->job.who != access.who() && !access.may(trust::Permission::OperateSystem))
    return Error(kNotYours);
  const Result<void> done = impl_->rooms.store.write([&](sql::Tx& tx) -> Result<void> {
    XL_CHECK(tx.run("UPDATE bulk_job SET state = 'cancelled' WHERE id = ?1", id));
    XL_CHECK(impl_->rooms.audit.append(
        tx, access,
        {.action = trust::Action::Delete, .object = "BulkJob/" + id, .patient = {}, .detail = {}}));
    return {};
  });
  if (!done) return done.error();
  return impl_->forget(id);
}

Result<blob::BlobStore::Reader> Bulk::open_file(const trust::Access& access, const std::string& id,
                                                int64_t number) {
  XL_CHECK(access.require(trust::Permission::ReadClinical));  // still, not only when it was asked for
  const auto file = impl_->rooms.store.read([&](sql::Session& session) -> Result<File> {
    XL_TRY(const Impl::Row row, impl_->row(session, id));
    if (row.job.who != access.who()) return Error(kNotYours);
    XL_TRY(const std::vector<File> files, files_of(session, id, "output"));
    for (const File& one : files)
      if (one.number == number) return one;
    return Error(kNoFile);
  });
  if (!file) return file.error();
  impl_->rooms.audit.record(access, {.action = trust::Action::Read,
                                     .object = "BulkFile/" + id + "/" + std::to_string(number),
                                     .patient = {},
                                     .detail = file->type});
  return impl_->rooms.blobs.reader(file->blob);
}

Result<std::string> Bulk::error_lines(const trust::Access& access, const std::string& id) {
  if (!access.may(trust::Permission::Ingest)) XL_CHECK(access.require(trust::Permission::WriteClinical));
  auto lines = impl_->rooms.store.read([&](sql::Session& session) -> Result<std::string> {
    XL_TRY(const Impl::Row row, impl_->row(session, id));
    if (row.job.who != access.who()) return Error(kNotYours);
    std::string out;
    sql::Query q = session.query("SELECT outcome FROM bulk_error WHERE job = ?1 ORDER BY input, line", id);
    while (q.next()) out.append(q.text(0)).push_back('\n');
    XL_CHECK(q.status());
    return out;
  });
  impl_->rooms.audit.record(access, {.action = trust::Action::Read,
                                     .object = "BulkFile/" + id + "/errors",
                                     .patient = {},
                                     .success = lines.ok(),
                                     .detail = "errors"});
  return lines;
}

}  // namespace xinglin::bulk
