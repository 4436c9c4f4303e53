// The writer: the only connection that changes the database. Who calls write() while nobody else writes does
// the work itself, for all that wait: it runs each write function in a savepoint of one transaction, commits
// once, then answers all of them; the others sleep until they are answered or it is their turn to lead. So a
// lone write costs no change of threads, and many share one fsync. A write that is not urgent waits a little
// for an urgent one to lead, if there was one just before. A thread of its own leads for write_async(). The
// write-ahead log is copied back into the database by another thread while writes go on; only the short rest
// is copied while the writing stands still, so that no commit waits for a long checkpoint.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "store/sql/detail/connection.h"

namespace xinglin::sql {

class Writer {
public:
  Writer(std::unique_ptr<Connection> connection, std::unique_ptr<Connection> checkpointer,
         const Store::Options& options);
  ~Writer();  // runs what is queued, then ends
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  Result<void> write(Store::WriteFunction function, Store::Urgency urgency);
  std::future<Result<void>> submit(Store::WriteFunction function);
  size_t waiting() const;
  bool is_this_thread() const { return leader_ == std::this_thread::get_id(); }

private:
  struct Request {
    Store::WriteFunction function = {};
    Store::Urgency urgency = Store::Urgency::Now;
    std::optional<std::promise<Result<void>>> promise =
        {};  // of an asynchronous one, which is owned by the queue
    Result<void> outcome = {};
    std::vector<std::function<void()>> hooks = {};
    bool answered = false;
    std::condition_variable turn = {};  // answered, or to lead
    bool is_urgent() const { return urgency == Store::Urgency::Now; }
  };
  using Lock = std::unique_lock<std::mutex>;
  void run();
  void lead(Lock& lock);
  std::vector<Request*> take_group();
  void answer(const std::vector<Request*>& group);
  void hand_on();
  void run_group(const std::vector<Request*>& group);
  Result<void> run_in_transaction(const std::vector<Request*>& group);
  Result<void> run_in_savepoint(Request& request);
  Result<void> undo_savepoint();
  static void run_hooks(const Request& request);
  void checkpoint_if_due();
  void run_checkpointer();
  void copy_until_little_is_left();
  static int on_wal_grown(void* self, sqlite3*, const char*, int pages);

  static constexpr int kCheckpointPages = 4'000;  // 16 MiB: the second thread starts to copy
  static constexpr int kShortRestPages = 200, kPassesMax = 6;
  static constexpr int kCheckpointPagesHard = 64'000;  // 256 MiB: the writer stops and copies itself

  std::unique_ptr<Connection> connection_, checkpointer_;
  const size_t queue_max_, group_max_;
  int wal_pages_ = 0;  // of who leads
  std::atomic<std::thread::id> leader_{};
  enum class Copying { Idle, Asked, Copied };
  std::atomic<Copying> copying_{Copying::Idle};

  mutable std::mutex mutex_;  // guards all below
  std::condition_variable wake_, wake_checkpointer_;
  std::deque<Request*> queue_;
  bool leading_ = false, checkpoint_due_ = false, stopping_ = false;
  bool urgent_before_ = false;  // in the last group
  std::thread thread_, checkpoint_thread_;
};

}  // namespace xinglin::sql
