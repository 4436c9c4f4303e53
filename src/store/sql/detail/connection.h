// One SQLite connection with its cache of prepared statements. Used by one thread at a time; owned by the
// Writer or by the reader pool of the Store.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "store/sql/store.h"

namespace xinglin::sql {

struct Statement {
  std::string sql;
  sqlite3_stmt* handle = nullptr;
  uint64_t last_used = 0;
  bool in_use = false;
  bool cached = false;
  ~Statement() { sqlite3_finalize(handle); }
};

struct Connection {
  enum class Mode { Write, Read };
  static Result<std::unique_ptr<Connection>> open(const std::string& path, const Store::Options& options,
                                                  Mode mode);
  Connection() = default;
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Lends a statement, reset and with its parameters bound. The same text may be lent twice at once.
  Result<Statement*> acquire(std::string_view sql, std::span<const Parameter> parameters,
                             sqlite3_destructor_type copy);
  void release(Statement* statement);
  Result<void> execute(const std::string& sql);  // any number of statements, not cached
  Result<void> step_once(std::string_view sql);  // a cached statement without rows
  // Fills the write-ahead log up with zeros, which SQLite reads as the end of the log, to this size.
  Result<void> reserve_log(int64_t bytes);
  Error last_error(std::string_view doing) const;

  static constexpr size_t kCachedMax = 512;

private:
  Result<Statement*> find_or_prepare(std::string_view sql);
  Result<void> bind(sqlite3_stmt* handle, std::span<const Parameter> parameters,
                    sqlite3_destructor_type copy);
  void evict_oldest();

public:
  sqlite3* handle = nullptr;

private:
  std::unordered_map<std::string_view, std::unique_ptr<Statement>> cache_;  // keys view into Statement::sql
  uint64_t uses_ = 0;
};

}  // namespace xinglin::sql
