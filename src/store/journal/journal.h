// The journal: the only way things happen later. An event is appended in the transaction that makes it true
// (outbox); routes turn events into jobs, at least once, idempotent by (queue, key); workers run jobs with
// retry and back-off; what keeps failing becomes a dead letter that can be seen and replayed. Everything
// survives a crash: a job that was running is run again. One process runs the dispatcher of a database;
// others may append. Two jobs of one key never run at once; a key whose job is done may be queued again.
// Thread-safe. add_* calls only before start().
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/metrics.h"
#include "base/time.h"
#include "store/sql/store.h"

namespace xinglin::journal {

inline constexpr ErrorCode kNoDeadLetter{"journal.no-dead-letter", ErrorKind::NotFound,
                                         "no dead letter has this id"};
inline constexpr ErrorCode kPermanent{"journal.permanent", ErrorKind::Invalid, "retrying cannot help"};

struct Event {
  int64_t id = 0;       // rises with time, no gaps that matter
  std::string type;     // "record.observation-created", "archive.instance-stored", "inference.published"
  std::string subject;  // what it is about: "Observation/4f..", a SOP Instance UID
  std::string patient;  // logical patient id, or ""
  json::object data;
  Instant at;
};

struct Job {
  int64_t id = 0;
  std::string queue;
  std::string key;  // idempotency key within the queue
  json::object payload;
  int attempt = 1;
};
struct NewJob {
  std::string key;
  json::object payload;
  // Not before now + delay. A waiting job of the same key is kept, takes this payload and is pushed back
  // (debounce), but never further than ten delays after it was first queued.
  int64_t delay_us = 0;
  int priority = 0;  // higher first
};

struct QueueOptions {
  size_t workers = 1;
  int attempts_max = 5;
  int64_t backoff_first_us = 1 * kSecondUs;  // doubles, at most 5 min
  int64_t timeout_us =
      60 * kSecondUs;  // a job that runs longer is logged; the handler enforces its own limits
};

struct QueueState {
  std::string name;
  int64_t ready = 0, running = 0, waiting_retry = 0, dead = 0, done = 0;
};
struct DeadLetter {
  int64_t id = 0;
  std::string queue, key, error;
  json::object payload;
  int attempts = 0;
  Instant died_at;
};

class Journal {
public:
  // An error with code kPermanent, or kind Invalid or Unsupported, becomes a dead letter at once; others are
  // retried.
  using JobHandler = std::function<Result<void>(const Job&)>;
  // Looks at one event; the jobs it returns are queued in the transaction that moves the cursor past the
  // event.
  using Route = std::function<std::vector<NewJob>(const Event&)>;
  using Listener = std::function<void(const Event&)>;

  Journal(sql::Store& store, const Clock& clock, Metrics& metrics);
  ~Journal();

  // Within the caller's transaction.
  Result<int64_t> append(sql::Tx& tx, Event event);  // id and at are set here
  Result<void> enqueue(sql::Tx& tx, std::string_view queue, NewJob job);

  void add_queue(std::string name, QueueOptions options, JobHandler handler);
  void add_route(std::string name, std::string queue, Route route);
  // Live, after commit, on the dispatcher thread, for pages and caches: may miss events over a restart, must
  // be quick.
  void add_listener(Listener listener);
  void start();
  void stop();  // waits for running jobs
  void wake();  // looks at once for what is due; needed only after moving a ManualClock

  std::vector<QueueState> queues();
  Result<std::vector<DeadLetter>> dead_letters(int64_t limit);
  Result<void> replay(int64_t dead_letter_id);
  Result<std::vector<Event>> events_after(int64_t id, int64_t limit);
  // For tests and `import`: true when no event is unrouted and no job is ready or running, within the time.
  bool wait_idle(int timeout_ms);

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace xinglin::journal
