#include "store/sql/store.h"

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "store/sql/detail/log_vfs.h"
#include "store/sql/detail/migrate.h"
#include "store/sql/detail/writer.h"

namespace xinglin::sql {

struct Store::Impl {
  std::string path;
  Options options;
  std::unique_ptr<LogVfs> vfs;  // before all connections
  // Before the writer: readers are closed first, so that the writer's connection is the last and tidies the
  // log.
  std::unique_ptr<Writer> writer;

  std::mutex mutex;  // guards readers and open_readers
  std::condition_variable reader_free;
  std::vector<std::unique_ptr<Connection>> readers;  // the idle ones; the last used is taken first
  size_t open_readers = 0;

  Result<std::unique_ptr<Connection>> take_reader();
  void give_back(std::unique_ptr<Connection> reader);
};

Result<std::unique_ptr<Connection>> Store::Impl::take_reader() {
  constexpr auto kPatience = std::chrono::seconds(30);
  std::unique_lock lock(mutex);
  const bool free = reader_free.wait_for(lock, kPatience,
                                         [&] { return !readers.empty() || open_readers < options.readers; });
  if (!free) return Error(kQueueFull, "all read connections are in use");
  if (!readers.empty()) {
    auto reader = std::move(readers.back());
    readers.pop_back();
    return reader;
  }
  ++open_readers;
  lock.unlock();
  auto opened = Connection::open(path, options, Connection::Mode::Read);
  if (!opened) {
    lock.lock();
    --open_readers;
    reader_free.notify_one();
  }
  return opened;
}

void Store::Impl::give_back(std::unique_ptr<Connection> reader) {
  {
    std::lock_guard lock(mutex);
    readers.push_back(std::move(reader));
  }
  reader_free.notify_one();
}

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() {
  if (impl_) impl_->readers.clear();
}

Result<std::unique_ptr<Store>> Store::open(const std::string& path, Options options) {
  XL_TRY(auto vfs, LogVfs::over(options.vfs));
  options.vfs = vfs->name();
  XL_TRY(auto connection, Connection::open(path, options, Connection::Mode::Write));
  XL_CHECK(migrate(*connection, options.migrations));
  if (!options.throwaway) XL_CHECK(connection->reserve_log(options.log_reserve_bytes));
  XL_TRY(auto checkpointer, Connection::open(path, options, Connection::Mode::Write));
  auto impl = std::make_unique<Impl>();
  impl->path = path;
  impl->options = options;
  impl->vfs = std::move(vfs);
  impl->writer = std::make_unique<Writer>(std::move(connection), std::move(checkpointer), options);
  return std::make_unique<Store>(std::move(impl));
}

Result<void> Store::write(WriteFunction function, Urgency urgency) {
  XL_ASSERT(!on_writer_thread());
  return impl_->writer->write(std::move(function), urgency);
}

std::future<Result<void>> Store::write_async(WriteFunction function) {
  XL_ASSERT(!on_writer_thread());
  return impl_->writer->submit(std::move(function));
}

size_t Store::writes_waiting() const {
  return impl_->writer->waiting();
}

bool Store::on_writer_thread() const {
  return impl_->writer->is_this_thread();
}

Result<void> Store::with_reader(const std::function<void(Session&)>& use) {
  XL_ASSERT(!on_writer_thread());
  struct ReadSession final : Session {
    explicit ReadSession(Connection& connection) : Session(connection) {}
  };
  XL_TRY(auto reader, impl_->take_reader());
  Result<void> outcome = reader->step_once("BEGIN");
  if (outcome) {
    ReadSession session(*reader);
    try {
      use(session);
    } catch (const std::exception& e) {
      outcome = Error(errors::kInternal, std::string("a read function threw: ") + e.what());
    }
    if (auto ended = reader->step_once("COMMIT"); !ended && outcome) outcome = ended;
    if (sqlite3_get_autocommit(reader->handle) == 0) (void)reader->step_once("ROLLBACK");
  }
  impl_->give_back(std::move(reader));
  return outcome;
}

}  // namespace xinglin::sql
