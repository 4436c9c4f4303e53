#include "store/journal/detail/dispatcher.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <exception>

#include "base/log.h"

namespace xinglin::journal {

namespace {

constexpr int64_t kEventsPerRound = 500;
constexpr int64_t kEventPaceUs = 10 * kMillisecondUs;
constexpr size_t kClaimedAhead = 30;        // so that quick jobs do not wait for a round each
constexpr int64_t kPollUs = 1 * kSecondUs;  // another process may have appended
constexpr int64_t kBackoffMaxUs = 5 * kMinuteUs;
constexpr int64_t kKeepEventsUs = 30 * kDayUs;
constexpr size_t kErrorTextMax = 500;

bool is_permanent(const Error& error) {
  return error.is(kPermanent) || error.kind() == ErrorKind::Invalid || error.kind() == ErrorKind::Unsupported;
}

int64_t backoff_us(const QueueOptions& options, int attempt) {
  int64_t wait = options.backoff_first_us;
  for (int i = 1; i < attempt && wait < kBackoffMaxUs; ++i) wait *= 2;
  return std::min(wait, kBackoffMaxUs);
}

// Jobs and the threads they start get less of a processor than who waits for an answer, when both want it.
void step_back() {
  constexpr int kNice = 5;
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNice);  // of this thread alone, in Linux
}

}  // namespace

void Journal::Impl::run() {
  while (true) {
    {
      std::lock_guard lock(mutex_);
      if (workers_gone_ && ended_.empty()) return;
      woken_ = false;
    }
    while (run_round()) {
      std::unique_lock lock(mutex_);
      if (workers_gone_) break;
      // New events alone wait a little for company: under a stream of small writes each round would otherwise
      // cost a commit of its own between them. Ended jobs and who waits for rest are served at once.
      wake_.wait_for(lock, std::chrono::microseconds(kEventPaceUs),
                     [&] { return workers_gone_ || !ended_.empty() || idle_seen_ < idle_asked_; });
    }
  }
}

// One look and, if it found anything, one transaction. True: look again at once.
bool Journal::Impl::run_round() {
  uint64_t asked = 0;
  {
    std::lock_guard lock(mutex_);
    asked = idle_asked_;
  }
  Round round = look();
  if (round.failed) {
    put_back(round);
    return false;
  }
  const bool anything = !round.ended.empty() || !round.events.empty() || round.any_due;
  if (!anything) {
    std::unique_lock lock(mutex_);
    const bool at_rest = ended_.empty() && std::all_of(queues.begin(), queues.end(), [](const auto& entry) {
                           return entry.second.in_flight == 0;
                         });
    if (at_rest && idle_seen_ < asked) {
      idle_seen_ = asked;
      idle_.notify_all();
    }
    lock.unlock();
    forget_old_events();
    wait_for_work(round.next_due);
    return false;
  }
  tell_listeners(round.events);
  Claimed claimed;
  const Result<void> recorded = store.write(
      [&](sql::Tx& tx) {
        claimed.clear();
        return record(tx, round, claimed);
      },
      sql::Store::Urgency::Soon);
  if (recorded) {
    settle(round, std::move(claimed));
    return true;
  }
  log::error("journal.round-failed", {{"reason", recorded.error().message()}});
  put_back(round);
  return false;
}

// The disk may be full: try again soon, but do not spin. When stopping there is no again: the jobs run once
// more after the next start.
void Journal::Impl::put_back(Round& round) {
  std::unique_lock lock(mutex_);
  if (workers_gone_) {
    ended_.clear();
    return;
  }
  ended_.insert(ended_.begin(), std::make_move_iterator(round.ended.begin()),
                std::make_move_iterator(round.ended.end()));
  wake_.wait_for(lock, std::chrono::microseconds(kPollUs / 10), [&] { return workers_gone_; });
}

Journal::Impl::Round Journal::Impl::look() {
  Round round;
  {
    std::lock_guard lock(mutex_);
    round.ended.swap(ended_);
    for (auto& [name, queue] : queues) {
      const size_t limit = stopping_ ? 0 : queue.options.workers + kClaimedAhead;
      size_t busy = queue.in_flight;
      for (const Ended& e : round.ended) busy -= e.queue == &queue ? 1 : 0;
      if (busy < limit) round.capacity[&queue] = limit - busy;
    }
  }
  const auto looked = store.read([&](sql::Session& session) { return look_into(session, round); });
  if (!looked) log::error("journal.look-failed", {{"reason", looked.error().message()}});
  round.failed = !looked;
  if (looked) route(round);
  return round;
}

Result<void> Journal::Impl::look_into(sql::Session& session, Round& round) {
  const Instant now = clock.now();
  XL_TRY(round.events, read_events(session, position_, kEventsPerRound));
  for (const auto& [queue, capacity] : round.capacity) {
    XL_TRY(const bool due, jobs::any_due(session, queue->name, now));
    round.any_due |= due;
  }
  const bool at_rest = round.ended.empty() && round.events.empty() && !round.any_due;
  if (at_rest) {  // else nobody waits for it
    XL_TRY(round.next_due, jobs::next_due(session, now));
  }
  return {};
}

// Jobs of one key become one here already, as they would in the table: the last payload, the highest
// priority.
void Journal::Impl::route(Round& round) {
  std::map<std::pair<std::string, std::string>, size_t> places;
  const auto add = [&](const std::string& queue, NewJob job) {
    const auto [place, is_new] = places.try_emplace({queue, job.key}, round.routed.size());
    if (is_new) {
      round.routed.push_back({queue, std::move(job)});
      return;
    }
    NewJob& known = round.routed[place->second].job;
    job.priority = std::max(job.priority, known.priority);
    known = std::move(job);
  };
  for (const Event& event : round.events)
    for (const NamedRoute& named : routes) {
      try {
        for (NewJob& job : named.route(event)) add(named.queue, std::move(job));
      } catch (const std::exception& e) {
        log::error("journal.route-threw", {{"route", named.name}, {"event", event.id}, {"reason", e.what()}});
      }
    }
}

void Journal::Impl::tell_listeners(const std::vector<Event>& events) {
  for (const Event& event : events) {
    if (event.id <= listeners_seen_) continue;
    listeners_seen_ = event.id;
    for (const Listener& listener : listeners) {
      try {
        listener(event);
      } catch (const std::exception& e) {
        log::error("journal.listener-threw", {{"event", event.id}, {"reason", e.what()}});
      }
    }
  }
}

Result<void> Journal::Impl::record(sql::Tx& tx, const Round& round, Claimed& claimed) {
  const Instant now = clock.now();
  for (const Ended& ended : round.ended) XL_CHECK(record_ended(tx, ended, now));
  if (!round.events.empty()) {
    XL_TRY(const int64_t moved,
           tx.run("UPDATE journal_cursor SET position = ?2 WHERE name = 'routes' AND position = ?1",
                  position_, round.events.back().id));
    if (moved != 1) return Error(errors::kInternal, "another process routes the events of this database");
  }
  for (const Routed& routed : round.routed) XL_CHECK(jobs::enqueue(tx, routed.queue, routed.job, now));
  for (const auto& [queue, capacity] : round.capacity) {
    XL_TRY(auto some, jobs::claim(tx, queue->name, now, capacity));
    if (!some.empty()) claimed[queue] = std::move(some);
  }
  return {};
}

Result<void> Journal::Impl::record_ended(sql::Tx& tx, const Ended& ended, Instant now) {
  if (ended.outcome) return jobs::finish(tx, ended.job.id);
  const Error& error = ended.outcome.error();
  const QueueOptions& options = ended.queue->options;
  if (!is_permanent(error) && ended.job.attempt < options.attempts_max)
    return jobs::retry(tx, ended.job, now + backoff_us(options, ended.job.attempt));
  const std::string text = std::string(error.code().name) + ": " + error.message();
  return jobs::bury(tx, ended.job.id, std::string_view(text).substr(0, kErrorTextMax), now);
}

// After the commit: what was recorded is forgotten here, what was claimed goes to the workers.
void Journal::Impl::settle(Round& round, Claimed claimed) {
  if (!round.events.empty()) position_ = round.events.back().id;
  events_routed.add(round.events.size());
  for (const Ended& ended : round.ended) {
    Queue& queue = *ended.queue;
    if (ended.outcome) {
      queue.done.add();
      continue;
    }
    const bool again = !is_permanent(ended.outcome.error()) && ended.job.attempt < queue.options.attempts_max;
    (again ? queue.retried : queue.dead).add();
    log::warning(again ? "journal.job-failed" : "journal.job-dead",
                 {{"queue", queue.name},
                  {"job", ended.job.id},
                  {"attempt", ended.job.attempt},
                  {"code", ended.outcome.error().code().name}});
  }
  std::lock_guard lock(mutex_);
  for (const Ended& ended : round.ended) --ended.queue->in_flight;
  for (auto& [queue, some] : claimed) {
    queue->in_flight += some.size();
    for (auto& one : some) queue->claimed.push_back(std::move(one));
    std::sort(queue->claimed.begin(), queue->claimed.end(), jobs::more_urgent);
    queue->work.notify_all();
  }
}

void Journal::Impl::wait_for_work(const std::optional<Instant>& next_due) {
  int64_t wait_us = kPollUs;
  if (next_due) wait_us = std::clamp<int64_t>(*next_due - clock.now(), kMillisecondUs, kPollUs);
  std::unique_lock lock(mutex_);
  const auto ready = [&] { return woken_ || !ended_.empty() || workers_gone_ || idle_seen_ < idle_asked_; };
  // With jobs in flight nothing is idle yet: waiting for a request of wait_idle() then is waiting for a job
  // to end.
  const bool in_flight = std::any_of(queues.begin(), queues.end(),
                                     [](const auto& entry) { return entry.second.in_flight != 0; });
  const auto ready_in_flight = [&] { return woken_ || !ended_.empty() || workers_gone_; };
  if (in_flight)
    wake_.wait_for(lock, std::chrono::microseconds(wait_us), ready_in_flight);
  else
    wake_.wait_for(lock, std::chrono::microseconds(wait_us), ready);
}

void Journal::Impl::work(Queue& queue) {
  step_back();
  std::unique_lock lock(mutex_);
  while (true) {
    queue.work.wait(lock, [&] { return stopping_ || !queue.claimed.empty(); });
    if (stopping_) return;
    Ended ended{&queue, std::move(queue.claimed.front().job), {}};
    queue.claimed.pop_front();
    lock.unlock();
    const int64_t begun = clock.monotonic_us();
    ended.outcome = run_job(queue, ended.job);
    const int64_t took_us = clock.monotonic_us() - begun;
    if (took_us > queue.options.timeout_us)
      log::warning("journal.job-slow",
                   {{"queue", queue.name}, {"job", ended.job.id}, {"ms", took_us / 1000}});
    lock.lock();
    ended_.push_back(std::move(ended));
    wake_.notify_one();
  }
}

Result<void> Journal::Impl::run_job(Queue& queue, const Job& job) const {
  try {
    return queue.handler(job);
  } catch (const std::exception& e) {
    return Error(errors::kInternal, std::string("the handler threw: ") + e.what());
  }
}

// Routed events are kept for a month for those who look back, then removed a few at a time while nothing else
// is to do.
void Journal::Impl::forget_old_events() {
  if (clock.monotonic_us() < next_cleaning_us_) return;
  const auto removed = store.write_for<int64_t>([&](sql::Tx& tx) {
    return tx.run(
        "DELETE FROM journal_event WHERE id IN (SELECT id FROM journal_event WHERE id < ?1 AND at < ?2 ORDER "
        "BY id "
        "LIMIT 1000)",
        position_, clock.now() + -kKeepEventsUs);
  });
  const bool more = removed && *removed == 1000;
  next_cleaning_us_ = clock.monotonic_us() + (more ? kSecondUs : 10 * kMinuteUs);
}

}  // namespace xinglin::journal
