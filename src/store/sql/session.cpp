#include <utility>

#include "store/sql/detail/connection.h"
#include "store/sql/store.h"

namespace xinglin::sql {

Query::Query(Connection& connection, Statement* statement, std::optional<Error> error)
    : connection_(&connection), statement_(statement), error_(std::move(error)) {}

Query::Query(Query&& other) noexcept
    : connection_(other.connection_),
      statement_(std::exchange(other.statement_, nullptr)),
      error_(std::move(other.error_)) {}

Query::~Query() {
  if (statement_ != nullptr) connection_->release(statement_);
}

bool Query::next() {
  if (statement_ == nullptr || error_) return false;
  const int rc = sqlite3_step(statement_->handle);
  if (rc == SQLITE_ROW) return true;
  if (rc != SQLITE_DONE) error_ = connection_->last_error("query");
  // Given back at once: a finished statement must not hold its snapshot or be stepped into a second run.
  connection_->release(std::exchange(statement_, nullptr));
  return false;
}

Result<void> Query::status() const {
  if (error_) return *error_;
  return {};
}

int64_t Query::integer(int column) const {
  return sqlite3_column_int64(statement_->handle, column);
}

double Query::real(int column) const {
  return sqlite3_column_double(statement_->handle, column);
}

std::string_view Query::text(int column) const {
  const auto* data = sqlite3_column_text(statement_->handle, column);
  if (data == nullptr) return {};
  return {reinterpret_cast<const char*>(data),
          static_cast<size_t>(sqlite3_column_bytes(statement_->handle, column))};
}

std::span<const uint8_t> Query::blob(int column) const {
  const auto* data = static_cast<const uint8_t*>(sqlite3_column_blob(statement_->handle, column));
  if (data == nullptr) return {};
  return {data, static_cast<size_t>(sqlite3_column_bytes(statement_->handle, column))};
}

bool Query::is_null(int column) const {
  return sqlite3_column_type(statement_->handle, column) == SQLITE_NULL;
}

Query Session::query_bound(std::string_view sql, std::span<const Parameter> parameters) {
  auto statement = connection_.acquire(sql, parameters, SQLITE_TRANSIENT);
  if (!statement) return {connection_, nullptr, statement.error()};
  return {connection_, *statement, std::nullopt};
}

Result<int64_t> Tx::run_bound(std::string_view sql, std::span<const Parameter> parameters) {
  XL_TRY(Statement* const statement, connection_.acquire(sql, parameters, SQLITE_STATIC));
  int rc = SQLITE_ROW;
  while (rc == SQLITE_ROW) rc = sqlite3_step(statement->handle);
  Result<int64_t> out = static_cast<int64_t>(sqlite3_changes64(connection_.handle));
  if (rc != SQLITE_DONE) out = connection_.last_error("run");
  connection_.release(statement);
  return out;
}

int64_t Tx::last_insert_id() const {
  return sqlite3_last_insert_rowid(connection_.handle);
}

void Tx::on_commit(std::function<void()> hook) {
  hooks_.push_back(std::move(hook));
}

}  // namespace xinglin::sql
