// The SQL store (SQLite: WAL, synchronous=FULL). One thread at a time writes; it commits the write functions
// that wait together, so many requests share one fsync; each runs in its own savepoint, and a failed one
// leaves no trace. write() returns only when the commit is durable. Reads run on pooled connections and see a
// consistent snapshot for the length of one read(). Statements are prepared once per connection and cached by
// their SQL text. Other processes may open the same file. Thread-safe; a Session belongs to the function it
// is handed to. See https://sqlite.org/wal.html.
#pragma once

#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace xinglin::sql {

inline constexpr ErrorCode kFailed{"sql.failed", ErrorKind::Internal, "the database refused a statement"};
inline constexpr ErrorCode kConstraint{"sql.constraint", ErrorKind::Conflict,
                                       "a uniqueness rule of the database"};
inline constexpr ErrorCode kDisk{"sql.disk", ErrorKind::Io, "the database file cannot be read or written"};
inline constexpr ErrorCode kQueueFull{"sql.queue-full", ErrorKind::Busy, "too many writes are waiting"};
inline constexpr ErrorCode kNewerSchema{"sql.newer-schema", ErrorKind::Unsupported,
                                        "the data directory was written by a newer version of this program"};
inline constexpr ErrorCode kChangedMigration{"sql.changed-migration", ErrorKind::Internal,
                                             "a migration that was already applied has been edited since"};
inline constexpr ErrorCode kLocked{"sql.locked", ErrorKind::Busy,
                                   "another process holds the database for too long"};

// One numbered schema step; `name` is the file name without its ending, `digest` the SHA-256 of its text in
// hex.
struct Migration {
  std::string_view name, digest, sql;
};
std::span<const Migration>
embedded_migrations();  // src/store/sql/migrations/*.sql, in order of their numbers

struct Connection;
struct Statement;

// One running statement. Columns count from 0. Text and blob views live until the next call of next().
class Query {
public:
  ~Query();
  Query(Query&&) noexcept;
  Query(const Query&) = delete;
  bool next();  // true: a row is there; false: no more rows, or an error that status() tells
  Result<void> status() const;
  int64_t integer(int column) const;
  double real(int column) const;
  std::string_view text(int column) const;
  std::span<const uint8_t> blob(int column) const;
  bool is_null(int column) const;
  Instant instant(int column) const { return {integer(column)}; }

private:
  friend class Session;
  Query(Connection& connection, Statement* statement, std::optional<Error> error);
  Connection* connection_;
  Statement* statement_;  // lent by the connection; null when it could not be prepared
  std::optional<Error> error_;
};

// A bound parameter: NULL, integer, real, text or blob. Text and blobs are views: keep them alive over the
// call.
class Parameter {
public:
  enum class Kind { Null, Integer, Real, Text, Blob };
  Parameter(std::nullptr_t) : kind(Kind::Null) {}
  template <std::integral T>
  Parameter(T v) : kind(Kind::Integer), integer(static_cast<int64_t>(v)) {}
  Parameter(double v) : kind(Kind::Real), real(v) {}
  Parameter(Instant v) : kind(Kind::Integer), integer(v.us) {}
  Parameter(std::string_view v) : kind(Kind::Text), text(v) {}
  Parameter(const std::string& v) : kind(Kind::Text), text(v) {}
  Parameter(const char* v) : kind(Kind::Text), text(v) {}
  Parameter(std::span<const uint8_t> v) : kind(Kind::Blob), blob(v) {}
  template <class T>
  Parameter(const std::optional<T>& v) : Parameter(v ? Parameter(*v) : Parameter(nullptr)) {}
  Kind kind;
  int64_t integer = 0;
  double real = 0;
  std::string_view text;
  std::span<const uint8_t> blob;
};

// A connection inside a transaction: read-only in read(), writable in write() (then it is a Tx).
class Session {
public:
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  virtual ~Session() = default;

  // Parameters are ?1, ?2 ... in order.
  template <class... P>
  Query query(std::string_view sql, const P&... parameters) {
    const Parameter bound[] = {Parameter(parameters)..., Parameter(nullptr)};
    return query_bound(sql, {bound, sizeof...(parameters)});
  }
  Query query_bound(std::string_view sql, std::span<const Parameter> parameters);

protected:
  friend class Store;
  explicit Session(Connection& connection) : connection_(connection) {}
  Connection& connection_;
};

class Tx final : public Session {
public:
  // Runs a statement to its end and tells how many rows it changed.
  template <class... P>
  Result<int64_t> run(std::string_view sql, const P&... parameters) {
    const Parameter bound[] = {Parameter(parameters)..., Parameter(nullptr)};
    return run_bound(sql, {bound, sizeof...(parameters)});
  }
  Result<int64_t> run_bound(std::string_view sql, std::span<const Parameter> parameters);
  int64_t last_insert_id() const;
  // Called once after the commit that holds this write is durable, on the thread that writes: must be quick,
  // must not write.
  void on_commit(std::function<void()> hook);

private:
  friend class Writer;
  explicit Tx(Connection& connection) : Session(connection) {}
  std::vector<std::function<void()>> hooks_;
};

class Store {
public:
  struct Options {
    size_t write_queue_max = 4096;
    size_t group_max = 256;  // writes that share one commit
    size_t readers = 4;
    int64_t cache_kib = 16 * 1024;
    // The write-ahead log is made this long when the store is opened: a commit into a file that need not grow
    // costs the disk one flush and no entry in the journal of the file system.
    int64_t log_reserve_bytes = 20 << 20;
    std::span<const Migration> migrations = embedded_migrations();
    // No log and no sync, for a file that can be made again, such as one filled for a measurement: a crash
    // or a failed write leaves it unusable.
    bool throwaway = false;
    std::string vfs = {};  // SQLite VFS to use, "" for the system's; tests hand in one that fails on purpose
  };
  // Opens or creates the file, checks its version and applies the migrations that are missing.
  static Result<std::unique_ptr<Store>> open(const std::string& path, Options options);
  static Result<std::unique_ptr<Store>> open(const std::string& path) { return open(path, Options{}); }
  struct Impl;  // known to store.cpp only
  explicit Store(std::unique_ptr<Impl> impl);
  ~Store();
  Store(const Store&) = delete;

  using WriteFunction = std::function<Result<void>(Tx&)>;
  // Soon: work in the background. It goes along with the next write of somebody who waits for an answer, and
  // starts a commit of its own only when none comes within some milliseconds.
  enum class Urgency { Now, Soon };
  // Blocks until durable. The function runs on the thread that writes just now, this one or that of another
  // caller: it must take no lock that a caller of write() may hold, and have no effect outside the
  // transaction. Never call write() or read() from inside it.
  Result<void> write(WriteFunction function, Urgency urgency = Urgency::Now);
  std::future<Result<void>> write_async(WriteFunction function);
  template <class T, class F>
  Result<T> write_for(F function) {
    std::optional<T> out;
    XL_CHECK(write([&](Tx& tx) -> Result<void> {
      Result<T> r = function(tx);
      if (!r) return r.error();
      out.emplace(std::move(*r));
      return {};
    }));
    return std::move(*out);
  }
  // Runs `function` on a pooled read connection inside one read transaction; its Result is passed on.
  template <class F>
  auto read(F function) -> decltype(function(std::declval<Session&>())) {
    decltype(function(std::declval<Session&>())) out;
    XL_CHECK(with_reader([&](Session& session) { out = function(session); }));
    return out;
  }
  size_t writes_waiting() const;
  bool on_writer_thread() const;  // true inside a write function or an on_commit hook

private:
  Result<void> with_reader(const std::function<void(Session&)>& use);
  std::unique_ptr<Impl> impl_;
};

}  // namespace xinglin::sql
