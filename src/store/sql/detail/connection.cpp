#include "store/sql/detail/connection.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <vector>

namespace xinglin::sql {

namespace {

const ErrorCode& code_of(int rc) {
  switch (rc & 0xff) {
    case SQLITE_CONSTRAINT:
      return kConstraint;
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return kDisk;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return kLocked;
    default:
      return kFailed;
  }
}

// The WAL is checkpointed by the Writer at moments of its choosing, so the automatic one is switched off.
// Nobody maps the file: SQLite gives a mapping up after every commit of another connection, and unmapping
// costs more than the reads it saves; and an error of the disk is an error code, not a signal.
std::string pragmas(const Store::Options& options, Connection::Mode mode) {
  std::string text =
      "PRAGMA busy_timeout=10000;PRAGMA foreign_keys=ON;PRAGMA temp_store=MEMORY;PRAGMA "
      "wal_autocheckpoint=0;";
  if (mode == Connection::Mode::Write) {
    text += options.throwaway
                ? "PRAGMA journal_mode=OFF;PRAGMA synchronous=OFF;"
                : "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA journal_size_limit=67108864;";
    text += "PRAGMA cache_size=-" + std::to_string(options.cache_kib) + ";";
  } else {
    text += "PRAGMA query_only=ON;PRAGMA mmap_size=0;";
    text += "PRAGMA cache_size=-" + std::to_string(std::max<int64_t>(1024, options.cache_kib / 4)) + ";";
  }
  return text;
}

int bind_one(sqlite3_stmt* handle, int index, const Parameter& p, sqlite3_destructor_type copy) {
  switch (p.kind) {
    case Parameter::Kind::Null:
      return sqlite3_bind_null(handle, index);
    case Parameter::Kind::Integer:
      return sqlite3_bind_int64(handle, index, p.integer);
    case Parameter::Kind::Real:
      return sqlite3_bind_double(handle, index, p.real);
    case Parameter::Kind::Text: {
      const char* text = p.text.data() == nullptr ? "" : p.text.data();  // a null pointer would bind NULL
      return sqlite3_bind_text64(handle, index, text, p.text.size(), copy, SQLITE_UTF8);
    }
    case Parameter::Kind::Blob:
      if (p.blob.empty()) return sqlite3_bind_zeroblob(handle, index, 0);
      return sqlite3_bind_blob64(handle, index, p.blob.data(), p.blob.size(), copy);
  }
  return SQLITE_MISUSE;
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, const Store::Options& options,
                                                     Mode mode) {
  auto connection = std::make_unique<Connection>();
  const int flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (mode == Mode::Write ? SQLITE_OPEN_CREATE : 0);
  const char* vfs = options.vfs.empty() ? nullptr : options.vfs.c_str();
  if (sqlite3_open_v2(path.c_str(), &connection->handle, flags, vfs) != SQLITE_OK)
    return connection->last_error("open the database");
  sqlite3_extended_result_codes(connection->handle, 1);
  XL_CHECK(connection->execute(pragmas(options, mode)));
  return connection;
}

Connection::~Connection() {
  cache_.clear();
  sqlite3_close_v2(handle);
}

Error Connection::last_error(std::string_view doing) const {
  const int rc = handle == nullptr ? SQLITE_NOMEM : sqlite3_extended_errcode(handle);
  const char* text = handle == nullptr ? "out of memory" : sqlite3_errmsg(handle);
  return {code_of(rc), std::string(doing) + ": " + text + " (SQLite " + std::to_string(rc) + ")"};
}

void Connection::evict_oldest() {
  auto oldest = cache_.end();
  for (auto it = cache_.begin(); it != cache_.end(); ++it) {
    if (it->second->in_use) continue;
    if (oldest == cache_.end() || it->second->last_used < oldest->second->last_used) oldest = it;
  }
  if (oldest != cache_.end()) cache_.erase(oldest);
}

Result<Statement*> Connection::find_or_prepare(std::string_view sql) {
  const auto found = cache_.find(sql);
  if (found != cache_.end() && !found->second->in_use) return found->second.get();
  auto statement = std::make_unique<Statement>();
  statement->sql = std::string(sql);
  if (sql.size() > INT_MAX) return Error(kFailed, "the statement is too long");
  if (sqlite3_prepare_v3(handle, statement->sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement->handle, nullptr) != SQLITE_OK)
    return last_error("prepare");
  if (statement->handle == nullptr) return Error(kFailed, "the statement is empty");
  if (found != cache_.end()) return statement.release();  // lent a second time: released by deleting it
  if (cache_.size() >= kCachedMax) evict_oldest();
  statement->cached = true;
  Statement* lent = statement.get();
  cache_.emplace(lent->sql, std::move(statement));
  return lent;
}

Result<void> Connection::bind(sqlite3_stmt* statement, std::span<const Parameter> parameters,
                              sqlite3_destructor_type copy) {
  for (size_t i = 0; i < parameters.size(); ++i)
    if (bind_one(statement, static_cast<int>(i + 1), parameters[i], copy) != SQLITE_OK)
      return last_error("bind parameter " + std::to_string(i + 1));
  return {};
}

Result<Statement*> Connection::acquire(std::string_view sql, std::span<const Parameter> parameters,
                                       sqlite3_destructor_type copy) {
  XL_TRY(Statement* const statement, find_or_prepare(sql));
  statement->in_use = true;
  statement->last_used = ++uses_;
  if (auto bound = bind(statement->handle, parameters, copy); !bound) {
    release(statement);
    return bound.error();
  }
  return statement;
}

void Connection::release(Statement* statement) {
  if (!statement->cached) {
    delete statement;
    return;
  }
  sqlite3_reset(statement->handle);
  sqlite3_clear_bindings(statement->handle);
  statement->in_use = false;
}

Result<void> Connection::execute(const std::string& sql) {
  if (sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return last_error("execute");
  return {};
}

Result<void> Connection::step_once(std::string_view sql) {
  XL_TRY(Statement* const statement, acquire(sql, {}, SQLITE_STATIC));
  Result<void> out;
  const int rc = sqlite3_step(statement->handle);
  if (rc != SQLITE_DONE && rc != SQLITE_ROW) out = last_error(sql);
  release(statement);
  return out;
}

// Under the write lock, so that no other process appends to the log meanwhile.
Result<void> Connection::reserve_log(int64_t bytes) {
  const char* path = sqlite3_filename_wal(sqlite3_db_filename(handle, "main"));
  if (bytes <= 0 || path == nullptr || *path == '\0') return {};
  XL_CHECK(step_once("BEGIN IMMEDIATE"));
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  struct stat now {};
  if (fd >= 0 && ::fstat(fd, &now) == 0) {
    const std::vector<char> zeros(1 << 20);
    for (int64_t at = now.st_size; at < bytes;) {
      const auto n =
          ::pwrite(fd, zeros.data(), std::min<size_t>(zeros.size(), static_cast<size_t>(bytes - at)), at);
      if (n <= 0) break;  // a full disk: the log grows as it did before
      at += n;
    }
    ::fdatasync(fd);
  }
  if (fd >= 0) ::close(fd);
  return step_once("ROLLBACK");
}

}  // namespace xinglin::sql
