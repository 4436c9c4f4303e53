#include "store/journal/detail/job_table.h"

#include <algorithm>
#include <map>

namespace xinglin::journal {

namespace {

json::object parse_object(std::string_view text) {
  auto value = json::parse(text);
  if (value && value->is_object()) return std::move(value->as_object());
  return {};
}

Result<void> run(sql::Tx& tx, std::string_view sql, auto... parameters) {
  XL_CHECK(tx.run(sql, parameters...));
  return {};
}

}  // namespace

Result<std::vector<Event>> read_events(sql::Session& session, int64_t after, int64_t limit) {
  std::vector<Event> out;
  sql::Query q = session.query(
      "SELECT id, type, subject, patient, data, at FROM journal_event WHERE id > ?1 ORDER BY id LIMIT ?2",
      after, limit);
  while (q.next())
    out.push_back({.id = q.integer(0),
                   .type = std::string(q.text(1)),
                   .subject = std::string(q.text(2)),
                   .patient = std::string(q.text(3)),
                   .data = parse_object(q.text(4)),
                   .at = q.instant(5)});
  XL_CHECK(q.status());
  return out;
}

namespace jobs {

bool more_urgent(const ClaimedJob& a, const ClaimedJob& b) {
  return a.priority != b.priority ? a.priority > b.priority : a.job.id < b.job.id;
}

Result<void> enqueue(sql::Tx& tx, std::string_view queue, const NewJob& job, Instant now) {
  const std::string payload = json::serialize(job.payload);
  return run(
      tx,
      "INSERT INTO journal_job (queue, key, payload, state, priority, run_at, attempt, created_at) "
      "VALUES (?1, ?2, ?3, 0, ?4, ?5 + ?6, 1, ?5) "
      "ON CONFLICT (queue, key) WHERE state = 0 DO UPDATE SET payload = excluded.payload, attempt = 1, "
      "priority = max(priority, excluded.priority), "
      "run_at = CASE WHEN ?6 > 0 THEN min(excluded.run_at, created_at + 10 * ?6) ELSE ?5 END",
      queue, std::string_view(job.key), std::string_view(payload), job.priority, now, job.delay_us);
}

Result<std::vector<ClaimedJob>> claim(sql::Tx& tx, std::string_view queue, Instant now, size_t limit) {
  std::vector<ClaimedJob> out;
  sql::Query q = tx.query(
      "UPDATE journal_job SET state = 1 WHERE id IN (SELECT id FROM journal_job AS j WHERE queue = ?1 AND "
      "state = 0 "
      "AND run_at <= ?2 AND NOT EXISTS (SELECT 1 FROM journal_job AS r WHERE r.queue = j.queue AND r.key = "
      "j.key "
      "AND r.state = 1) ORDER BY priority DESC, id LIMIT ?3) RETURNING id, key, payload, attempt, priority",
      queue, now, limit);
  while (q.next()) {
    Job job{.id = q.integer(0),
            .queue = std::string(queue),
            .key = std::string(q.text(1)),
            .payload = parse_object(q.text(2)),
            .attempt = static_cast<int>(q.integer(3))};
    out.push_back({std::move(job), static_cast<int>(q.integer(4))});
  }
  XL_CHECK(q.status());
  std::sort(out.begin(), out.end(), more_urgent);
  return out;
}

Result<void> finish(sql::Tx& tx, int64_t id) {
  return run(tx, "DELETE FROM journal_job WHERE id = ?1", id);
}

Result<void> retry(sql::Tx& tx, const Job& job, Instant run_at) {
  XL_CHECK(
      run(tx,
          "DELETE FROM journal_job WHERE id = ?1 AND EXISTS (SELECT 1 FROM journal_job WHERE queue = ?2 AND "
          "key = ?3 AND state = 0)",
          job.id, std::string_view(job.queue), std::string_view(job.key)));
  return run(tx, "UPDATE journal_job SET state = 0, attempt = attempt + 1, run_at = ?2 WHERE id = ?1", job.id,
             run_at);
}

Result<void> bury(sql::Tx& tx, int64_t id, std::string_view error, Instant now) {
  return run(tx, "UPDATE journal_job SET state = 2, error = ?2, ended_at = ?3 WHERE id = ?1", id, error, now);
}

Result<void> return_running(sql::Tx& tx, Ending ending, Instant now) {
  if (ending == Ending::Crash) {
    XL_CHECK(run(tx, "UPDATE journal_job SET crashes = crashes + 1 WHERE state = 1"));
    XL_CHECK(run(
        tx,
        "UPDATE journal_job SET state = 2, ended_at = ?1, error = 'the program ended each time this job ran' "
        "WHERE state = 1 AND crashes >= ?2",
        now, kCrashesMax));
  }
  XL_CHECK(
      run(tx,
          "DELETE FROM journal_job AS r WHERE state = 1 AND EXISTS (SELECT 1 FROM journal_job AS w WHERE "
          "w.queue = r.queue AND w.key = r.key AND w.state = 0)"));
  return run(tx, "UPDATE journal_job SET state = 0 WHERE state = 1");
}

Result<void> replay(sql::Tx& tx, int64_t id, Instant now) {
  sql::Query q =
      tx.query("SELECT queue, key, payload, priority FROM journal_job WHERE id = ?1 AND state = 2", id);
  if (!q.next()) return q.status() ? Error(kNoDeadLetter) : q.status().error();
  const std::string queue(q.text(0));
  NewJob job{.key = std::string(q.text(1)),
             .payload = parse_object(q.text(2)),
             .priority = static_cast<int>(q.integer(3))};
  XL_CHECK(finish(tx, id));
  return enqueue(tx, queue, job, now);
}

Result<bool> any_due(sql::Session& session, std::string_view queue, Instant now) {
  sql::Query q = session.query(
      "SELECT 1 FROM journal_job AS j WHERE queue = ?1 AND state = 0 AND run_at <= ?2 AND NOT EXISTS (SELECT "
      "1 FROM "
      "journal_job AS r WHERE r.queue = j.queue AND r.key = j.key AND r.state = 1) LIMIT 1",
      queue, now);
  const bool found = q.next();
  XL_CHECK(q.status());
  return found;
}

Result<std::optional<Instant>> next_due(sql::Session& session, Instant now) {
  sql::Query q = session.query("SELECT min(run_at) FROM journal_job WHERE state = 0 AND run_at > ?1", now);
  std::optional<Instant> out;
  if (q.next() && !q.is_null(0)) out = q.instant(0);
  XL_CHECK(q.status());
  return out;
}

Result<std::vector<QueueState>> states(sql::Session& session, Instant now) {
  std::map<std::string, QueueState> by_name;
  sql::Query q = session.query(
      "SELECT queue, state, run_at <= ?1, count(*) FROM journal_job GROUP BY queue, state, run_at <= ?1",
      now);
  while (q.next()) {
    QueueState& state = by_name[std::string(q.text(0))];
    state.name = std::string(q.text(0));
    const int64_t count = q.integer(3);
    if (q.integer(1) == 1)
      state.running += count;
    else if (q.integer(1) == 2)
      state.dead += count;
    else if (q.integer(2) != 0)
      state.ready += count;
    else
      state.waiting_retry += count;
  }
  XL_CHECK(q.status());
  std::vector<QueueState> out;
  for (auto& [name, state] : by_name) out.push_back(std::move(state));
  return out;
}

Result<std::vector<DeadLetter>> dead_letters(sql::Session& session, int64_t limit) {
  std::vector<DeadLetter> out;
  sql::Query q = session.query(
      "SELECT id, queue, key, error, payload, attempt, ended_at FROM journal_job WHERE state = 2 "
      "ORDER BY ended_at DESC, id DESC LIMIT ?1",
      limit);
  while (q.next())
    out.push_back({.id = q.integer(0),
                   .queue = std::string(q.text(1)),
                   .key = std::string(q.text(2)),
                   .error = std::string(q.text(3)),
                   .payload = parse_object(q.text(4)),
                   .attempts = static_cast<int>(q.integer(5)),
                   .died_at = q.instant(6)});
  XL_CHECK(q.status());
  return out;
}

}  // namespace jobs
}  // namespace xinglin::journal
