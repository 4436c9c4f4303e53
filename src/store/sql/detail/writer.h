// The writer: one thread with the only connection that changes the database. It takes the write functions
// that wait, runs each in a savepoint of one transaction, commits once, then answers all of them. The
// write-ahead log is copied back into the database by a second thread while writes go on; the writer itself
// does only the short rest, so that no commit waits for a long checkpoint.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
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

  std::future<Result<void>> submit(Store::WriteFunction function);
  size_t waiting() const;
  bool is_this_thread() const { return std::this_thread::get_id() == thread_.get_id(); }

private:
  struct Request {
    Store::WriteFunction function;
    std::promise<Result<void>> done;
    Result<void> outcome;
    std::vector<std::function<void()>> hooks;
  };
  void run();
  std::vector<Request> take_group();
  void run_group(std::vector<Request>& group);
  Result<void> run_in_transaction(std::vector<Request>& group);
  Result<void> run_in_savepoint(Request& request);
  void checkpoint_if_due();
  void run_checkpointer();
  void copy_until_little_is_left();
  static int on_wal_grown(void* self, sqlite3*, const char*, int pages);

  static constexpr int kCheckpointPages = 4'000;  // 16 MiB: the second thread starts to copy
  static constexpr int kShortRestPages = 200, kPassesMax = 6;
  static constexpr int kCheckpointPagesHard = 64'000;  // 256 MiB: the writer stops and copies itself

  std::unique_ptr<Connection> connection_, checkpointer_;
  const size_t queue_max_, group_max_;
  int wal_pages_ = 0;  // writer thread only
  enum class Copying { Idle, Asked, Copied };
  std::atomic<Copying> copying_{Copying::Idle};

  mutable std::mutex mutex_;  // guards queue_ and stopping_
  std::condition_variable wake_, wake_checkpointer_;
  std::deque<Request> queue_;
  bool stopping_ = false;
  std::thread thread_, checkpoint_thread_;
};

}  // namespace xinglin::sql
