// The statements on the journal's tables: one function for each step in the life of a job. Each runs in the
// caller's transaction.
#pragma once

#include <string_view>
#include <vector>

#include "store/journal/journal.h"

namespace xinglin::journal {

Result<std::vector<Event>> read_events(sql::Session& session, int64_t after, int64_t limit);

}  // namespace xinglin::journal

namespace xinglin::journal::jobs {

struct ClaimedJob {
  Job job;
  int priority = 0;
};

bool more_urgent(const ClaimedJob& a, const ClaimedJob& b);  // by priority, then age

// A job that was running at this many crashes is suspected of causing them and becomes a dead letter.
inline constexpr int kCrashesMax = 20;

Result<void> enqueue(sql::Tx& tx, std::string_view queue, const NewJob& job, Instant now);
// Up to `limit` due jobs, by priority, then age; they are marked running.
Result<std::vector<ClaimedJob>> claim(sql::Tx& tx, std::string_view queue, Instant now, size_t limit);
Result<void> finish(sql::Tx& tx, int64_t id);
// Back to waiting; given up if a newer job of the same key waits already.
Result<void> retry(sql::Tx& tx, const Job& job, Instant run_at);
Result<void> bury(sql::Tx& tx, int64_t id, std::string_view error, Instant now);
enum class Ending { Orderly, Crash };
Result<void> return_running(sql::Tx& tx, Ending ending, Instant now);
Result<void> replay(sql::Tx& tx, int64_t id, Instant now);

Result<bool> any_due(sql::Session& session, std::string_view queue, Instant now);
Result<std::optional<Instant>> next_due(sql::Session& session, Instant now);
Result<std::vector<QueueState>> states(sql::Session& session, Instant now);
Result<std::vector<DeadLetter>> dead_letters(sql::Session& session, int64_t limit);

}  // namespace xinglin::journal::jobs
