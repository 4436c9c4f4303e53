#include "store/sql/detail/writer.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>

#include "base/log.h"

namespace xinglin::sql {

Writer::Writer(std::unique_ptr<Connection> connection, std::unique_ptr<Connection> checkpointer,
               const Store::Options& options)
    : connection_(std::move(connection)),
      checkpointer_(std::move(checkpointer)),
      queue_max_(options.write_queue_max),
      group_max_(options.group_max) {
  sqlite3_wal_hook(connection_->handle, &Writer::on_wal_grown, this);
  std::lock_guard lock(mutex_);  // the threads wait until both members are set
  thread_ = std::thread([this] { run(); });
  checkpoint_thread_ = std::thread([this] { run_checkpointer(); });
}

Writer::~Writer() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  wake_checkpointer_.notify_all();
  thread_.join();
  checkpoint_thread_.join();
}

Result<void> Writer::write(Store::WriteFunction function, Store::Urgency urgency) {
  constexpr auto kPatience = std::chrono::milliseconds(5);
  Request request;
  request.function = std::move(function);
  request.urgency = urgency;
  Lock lock(mutex_);
  if (queue_.size() >= queue_max_) return Error(kQueueFull);
  queue_.push_back(&request);
  bool patient = urgency == Store::Urgency::Soon;
  while (!request.answered) {
    if (leading_)
      request.turn.wait(lock);
    else if (patient && urgent_before_)
      patient = request.turn.wait_for(lock, kPatience) == std::cv_status::no_timeout;
    else
      lead(lock);
  }
  return std::move(request.outcome);
}

std::future<Result<void>> Writer::submit(Store::WriteFunction function) {
  auto request = std::make_unique<Request>();
  request->function = std::move(function);
  request->promise.emplace();
  std::future<Result<void>> future = request->promise->get_future();
  const std::lock_guard lock(mutex_);
  if (queue_.size() >= queue_max_) {
    request->promise->set_value(Error(kQueueFull));
    return future;
  }
  queue_.push_back(request.release());
  wake_.notify_one();
  return future;
}

size_t Writer::waiting() const {
  std::lock_guard lock(mutex_);
  return queue_.size();
}

// One group. The lock is given up while it runs, the lead is not.
void Writer::lead(Lock& lock) {
  leading_ = true;
  leader_ = std::this_thread::get_id();
  const std::vector<Request*> group = take_group();
  lock.unlock();
  run_group(group);
  lock.lock();
  checkpoint_due_ = wal_pages_ >= kCheckpointPages;
  leader_ = std::thread::id{};
  leading_ = false;
  urgent_before_ = std::ranges::any_of(group, &Request::is_urgent);
  answer(group);
  hand_on();
}

// To the thread that copies the log, which then calls this itself; else to the first urgent request, so that
// those that can wait go along with it.
void Writer::hand_on() {
  const auto urgent = std::ranges::find_if(queue_, &Request::is_urgent);
  Request* const next = urgent != queue_.end() ? *urgent : queue_.empty() ? nullptr : queue_.front();
  if (checkpoint_due_ || (next != nullptr && next->promise))
    wake_.notify_one();
  else if (next != nullptr)
    next->turn.notify_one();
}

std::vector<Writer::Request*> Writer::take_group() {
  const auto size = static_cast<ptrdiff_t>(std::min(queue_.size(), group_max_));
  std::vector<Request*> group(queue_.begin(), queue_.begin() + size);
  queue_.erase(queue_.begin(), queue_.begin() + size);
  return group;
}

void Writer::answer(const std::vector<Request*>& group) {
  for (Request* request : group) {
    if (request->promise) {
      const std::unique_ptr<Request> owned(request);
      owned->promise->set_value(std::move(owned->outcome));
    } else {
      request->answered = true;
      request->turn.notify_one();  // under the lock: then it may be gone
    }
  }
}

void Writer::run() {
  Lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [&] { return !leading_ && (stopping_ || checkpoint_due_ || !queue_.empty()); });
    if (!queue_.empty()) lead(lock);
    if (stopping_ && queue_.empty() && !leading_) return;
    if (!checkpoint_due_ || leading_) continue;
    leading_ = true;
    checkpoint_due_ = false;
    lock.unlock();
    checkpoint_if_due();
    lock.lock();
    leading_ = false;
    hand_on();
  }
}

// Hooks run before anyone is answered: when write() returns, what its commit wakes has been woken.
void Writer::run_group(const std::vector<Request*>& group) {
  const Result<void> committed = run_in_transaction(group);
  for (Request* request : group) {
    if (!committed && request->outcome) request->outcome = committed.error();
    if (request->outcome) run_hooks(*request);
    request->function = nullptr;  // what it captured must not outlive the answer
  }
}

// It is committed: a hook that throws must not keep the others from their answers.
void Writer::run_hooks(const Request& request) {
  for (const auto& hook : request.hooks) {
    try {
      hook();
    } catch (const std::exception& e) {
      log::error("sql.hook-threw", {{"reason", e.what()}});
    }
  }
}

Result<void> Writer::run_in_transaction(const std::vector<Request*>& group) {
  XL_CHECK(connection_->step_once("BEGIN IMMEDIATE"));
  for (Request* request : group) {
    request->outcome = run_in_savepoint(*request);
    if (request->outcome) continue;
    // A full disk or a read error makes SQLite give up the whole transaction by itself.
    if (sqlite3_get_autocommit(connection_->handle) != 0) return request->outcome.error();
    if (auto undone = undo_savepoint(); !undone) {  // then nothing of the group may be kept
      log::error("sql.undo-failed", {{"writes", group.size()}, {"reason", undone.error().message()}});
      (void)connection_->step_once("ROLLBACK");
      return undone.error();
    }
  }
  if (auto committed = connection_->step_once("COMMIT"); !committed) {
    log::error("sql.commit-failed", {{"writes", group.size()}, {"reason", committed.error().message()}});
    if (sqlite3_get_autocommit(connection_->handle) == 0) (void)connection_->step_once("ROLLBACK");
    return committed.error();
  }
  return {};
}

Result<void> Writer::run_in_savepoint(Request& request) {
  XL_CHECK(connection_->step_once("SAVEPOINT one_write"));
  Tx tx(*connection_);
  Result<void> outcome;
  try {
    outcome = request.function(tx);
  } catch (const std::exception& e) {
    outcome = Error(errors::kInternal, std::string("a write function threw: ") + e.what());
  }
  if (outcome) outcome = connection_->step_once("RELEASE one_write");
  if (outcome) {
    request.hooks = std::move(tx.hooks_);
    return {};
  }
  return outcome;
}

Result<void> Writer::undo_savepoint() {
  XL_CHECK(connection_->step_once("ROLLBACK TO one_write"));
  return connection_->step_once("RELEASE one_write");
}

int Writer::on_wal_grown(void* self, sqlite3*, const char*, int pages) {
  static_cast<Writer*>(self)->wal_pages_ = pages;
  return SQLITE_OK;
}

void Writer::checkpoint_if_due() {
  if (copying_ == Copying::Idle) {
    std::lock_guard lock(mutex_);
    copying_ = Copying::Asked;
    wake_checkpointer_.notify_one();
    return;
  }
  if (copying_ != Copying::Copied && wal_pages_ < kCheckpointPagesHard) return;
  // Only what was written while the second thread copied is left; then the next commit starts the log anew.
  int in_log = 0, copied = 0;
  sqlite3_wal_checkpoint_v2(connection_->handle, nullptr, SQLITE_CHECKPOINT_PASSIVE, &in_log, &copied);
  if (copied == in_log) wal_pages_ = 0;
  if (copying_ == Copying::Copied) copying_ = Copying::Idle;
}

// Each pass copies what was written during the one before it, so that each is shorter and the writer's own
// rest short.
void Writer::copy_until_little_is_left() {
  int copied_before = 0;
  for (int pass = 0; pass < kPassesMax; ++pass) {
    int in_log = 0, copied = 0;
    const int rc = sqlite3_wal_checkpoint_v2(checkpointer_->handle, nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                             &in_log, &copied);
    if (rc != SQLITE_OK && rc != SQLITE_BUSY)
      log::warning("sql.checkpoint-failed", {{"reason", checkpointer_->last_error("checkpoint").message()}});
    if (rc != SQLITE_OK || copied - copied_before < kShortRestPages) return;
    copied_before = copied;
  }
}

void Writer::run_checkpointer() {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      wake_checkpointer_.wait(lock, [&] { return stopping_ || copying_ == Copying::Asked; });
      if (stopping_) return;
    }
    copy_until_little_is_left();
    copying_ = Copying::Copied;
  }
}

}  // namespace xinglin::sql
