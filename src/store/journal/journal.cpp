#include "store/journal/journal.h"

#include <chrono>

#include "base/log.h"
#include "store/journal/detail/dispatcher.h"

namespace xinglin::journal {

Journal::Impl::Impl(sql::Store& s, const Clock& c, Metrics& m)
    : store(s),
      clock(c),
      metrics(m),
      events_routed(m.counter("xinglin_journal_events_total", "Events turned into jobs")),
      alive_(std::make_shared<Alive>()) {
  alive_->impl = this;
}

Journal::Impl::~Impl() {
  stop();
  std::lock_guard lock(alive_->mutex);
  alive_->impl = nullptr;
}

void Journal::Impl::count_queue_gauges(const std::string& name) {
  const auto read = [alive = alive_, name](int64_t QueueState::*member) -> double {
    std::lock_guard lock(alive->mutex);
    if (alive->impl == nullptr) return 0;
    const auto found = alive->impl->store.read(
        [&](sql::Session& session) { return jobs::states(session, alive->impl->clock.now()); });
    if (!found) return 0;
    for (const QueueState& state : *found)
      if (state.name == name) return static_cast<double>(state.*member);
    return 0;
  };
  const auto add = [&](const char* state, int64_t QueueState::*member) {
    metrics.gauge(
        "xinglin_journal_jobs", "Jobs by queue and state", [read, member] { return read(member); },
        "queue=\"" + name + "\",state=\"" + state + "\"");
  };
  add("ready", &QueueState::ready);
  add("waiting", &QueueState::waiting_retry);
  add("dead", &QueueState::dead);
}

void Journal::Impl::start() {
  XL_ASSERT(!started_);
  started_ = true;
  const auto position = store.write_for<int64_t>([&](sql::Tx& tx) -> Result<int64_t> {
    XL_CHECK(jobs::return_running(tx, jobs::Ending::Crash, clock.now()));
    XL_CHECK(tx.run("INSERT OR IGNORE INTO journal_cursor (name, position) VALUES ('routes', 0)"));
    sql::Query q = tx.query("SELECT position FROM journal_cursor WHERE name = 'routes'");
    q.next();
    const Result<void> read = q.status();
    if (!read) return read.error();
    return q.integer(0);
  });
  if (!position) log::error("journal.start-failed", {{"reason", position.error().message()}});
  position_ = listeners_seen_ = position ? *position : 0;
  for (auto& [name, queue] : queues)
    for (size_t i = 0; i < queue.options.workers; ++i)
      queue.workers.emplace_back([this, &q = queue] { work(q); });
  dispatcher_ = std::thread([this] { run(); });
}

void Journal::Impl::stop() {
  {
    std::lock_guard lock(mutex_);
    if (!started_ || stopping_) return;
    stopping_ = true;
    for (auto& [name, queue] : queues) queue.work.notify_all();
  }
  for (auto& [name, queue] : queues)
    for (std::thread& worker : queue.workers) worker.join();
  {
    std::lock_guard lock(mutex_);
    workers_gone_ = true;
  }
  wake_.notify_all();
  idle_.notify_all();
  dispatcher_.join();
  const auto returned =
      store.write([&](sql::Tx& tx) { return jobs::return_running(tx, jobs::Ending::Orderly, clock.now()); });
  if (!returned) log::error("journal.stop-failed", {{"reason", returned.error().message()}});
}

void Journal::Impl::wake() {
  {
    std::lock_guard lock(mutex_);
    if (woken_) return;
    woken_ = true;
  }
  wake_.notify_one();
}

bool Journal::Impl::wait_idle(int timeout_ms) {
  std::unique_lock lock(mutex_);
  if (!started_ || stopping_) return false;
  const uint64_t mine = ++idle_asked_;
  woken_ = true;
  wake_.notify_one();
  return idle_.wait_for(lock, std::chrono::milliseconds(timeout_ms), [&] {
    return idle_seen_ >= mine || stopping_;
  }) && !stopping_;
}

Journal::Journal(sql::Store& store, const Clock& clock, Metrics& metrics)
    : impl_(std::make_unique<Impl>(store, clock, metrics)) {}
Journal::~Journal() = default;

Result<int64_t> Journal::append(sql::Tx& tx, Event event) {
  XL_CHECK(tx.run("INSERT INTO journal_event (type, subject, patient, data, at) VALUES (?1, ?2, ?3, ?4, ?5)",
                  event.type, event.subject, event.patient, json::serialize(event.data), impl_->clock.now()));
  tx.on_commit([impl = impl_.get()] { impl->wake(); });
  return tx.last_insert_id();
}

Result<void> Journal::enqueue(sql::Tx& tx, std::string_view queue, NewJob job) {
  XL_CHECK(jobs::enqueue(tx, queue, job, impl_->clock.now()));
  tx.on_commit([impl = impl_.get()] { impl->wake(); });
  return {};
}

void Journal::add_queue(std::string name, QueueOptions options, JobHandler handler) {
  XL_ASSERT(options.workers > 0 && !impl_->queues.contains(name));
  const auto counter = [&](const char* outcome) -> Counter& {
    return impl_->metrics.counter("xinglin_journal_jobs_total", "Jobs by how they ended",
                                  "queue=\"" + name + "\",outcome=\"" + outcome + "\"");
  };
  impl_->count_queue_gauges(name);
  impl_->queues.try_emplace(name, name, options, std::move(handler), counter("done"), counter("retried"),
                            counter("dead"));
}

void Journal::add_route(std::string name, std::string queue, Route route) {
  impl_->routes.push_back({std::move(name), std::move(queue), std::move(route)});
}

void Journal::add_listener(Listener listener) {
  impl_->listeners.push_back(std::move(listener));
}

void Journal::start() {
  impl_->start();
}
void Journal::stop() {
  impl_->stop();
}
void Journal::wake() {
  impl_->wake();
}
bool Journal::wait_idle(int timeout_ms) {
  return impl_->wait_idle(timeout_ms);
}

std::vector<QueueState> Journal::queues() {
  std::vector<QueueState> out;
  const auto stored =
      impl_->store.read([&](sql::Session& session) { return jobs::states(session, impl_->clock.now()); });
  if (stored) out = *stored;
  for (auto& [name, queue] : impl_->queues) {
    QueueState* state = nullptr;
    for (QueueState& s : out)
      if (s.name == name) state = &s;
    if (state == nullptr) state = &out.emplace_back(QueueState{.name = name});
    state->done = static_cast<int64_t>(queue.done.value());
  }
  return out;
}

Result<std::vector<DeadLetter>> Journal::dead_letters(int64_t limit) {
  return impl_->store.read([&](sql::Session& session) { return jobs::dead_letters(session, limit); });
}

Result<void> Journal::replay(int64_t dead_letter_id) {
  XL_CHECK(
      impl_->store.write([&](sql::Tx& tx) { return jobs::replay(tx, dead_letter_id, impl_->clock.now()); }));
  impl_->wake();
  return {};
}

Result<std::vector<Event>> Journal::events_after(int64_t id, int64_t limit) {
  return impl_->store.read([&](sql::Session& session) { return read_events(session, id, limit); });
}

}  // namespace xinglin::journal
