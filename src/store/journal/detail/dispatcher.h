// The dispatcher: one thread that turns committed events into jobs, hands due jobs to the workers of their
// queue and records how they ended. All three of one round share a single transaction, so a busy journal
// costs few commits.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "store/journal/detail/job_table.h"
#include "store/journal/journal.h"

namespace xinglin::journal {

struct Journal::Impl {
  struct Queue {
    Queue(std::string n, QueueOptions o, JobHandler h, Counter& done_, Counter& retried_, Counter& dead_)
        : name(std::move(n)),
          options(o),
          handler(std::move(h)),
          done(done_),
          retried(retried_),
          dead(dead_) {}
    std::string name;
    QueueOptions options;
    JobHandler handler;
    Counter &done, &retried, &dead;
    std::deque<jobs::ClaimedJob> claimed;  // marked running, not yet taken by a worker; the most urgent first
    size_t in_flight = 0;                  // claimed, running, or ended but not yet recorded
    std::condition_variable work = {};
    std::vector<std::thread> workers = {};
  };
  struct NamedRoute {
    std::string name, queue;
    Route route;
  };
  struct Ended {
    Queue* queue = nullptr;
    Job job;
    Result<void> outcome;
  };
  struct Routed {
    std::string queue;
    NewJob job;
  };
  using Claimed = std::map<Queue*, std::vector<jobs::ClaimedJob>>;
  // What one look at the database found to do.
  struct Round {
    std::vector<Ended> ended;
    std::vector<Event> events;
    std::vector<Routed> routed;
    std::map<Queue*, size_t> capacity;
    bool any_due = false, failed = false;
    std::optional<Instant> next_due;
  };

  Impl(sql::Store& store, const Clock& clock, Metrics& metrics);
  ~Impl();

  void start();
  void stop();
  void wake();
  bool wait_idle(int timeout_ms);
  void count_queue_gauges(const std::string& name);

  sql::Store& store;
  const Clock& clock;
  Metrics& metrics;
  std::map<std::string, Queue, std::less<>> queues;  // fixed once started
  std::vector<NamedRoute> routes;
  std::vector<Listener> listeners;
  Counter& events_routed;

private:
  void run();
  bool run_round();
  Round look();
  Result<void> look_into(sql::Session& session, Round& round);
  void route(Round& round);
  void tell_listeners(const std::vector<Event>& events);
  Result<void> record(sql::Tx& tx, const Round& round, Claimed& claimed);
  Result<void> record_ended(sql::Tx& tx, const Ended& ended, Instant now);
  void put_back(Round& round);
  void settle(Round& round, Claimed claimed);
  void wait_for_work(const std::optional<Instant>& next_due);
  void work(Queue& queue);
  Result<void> run_job(Queue& queue, const Job& job) const;
  void forget_old_events();

  int64_t position_ = 0;        // dispatcher thread: the last event routed
  int64_t listeners_seen_ = 0;  // dispatcher thread
  int64_t next_cleaning_us_ = 0;

  std::mutex mutex_;  // guards all below and the changing members of Queue
  std::condition_variable wake_, idle_;
  bool started_ = false, woken_ = false, stopping_ = false, workers_gone_ = false;
  std::vector<Ended> ended_;
  uint64_t idle_asked_ = 0, idle_seen_ = 0;
  std::thread dispatcher_;

  // Gauges are read by the metrics page, which may outlive the journal.
  struct Alive {
    std::mutex mutex;
    Impl* impl;
  };
  std::shared_ptr<Alive> alive_;  // shared with the gauge functions
};

}  // namespace xinglin::journal
