#include "store/sql/detail/migrate.h"

#include <map>

namespace xinglin::sql {

namespace {

using Applied = std::map<std::string, std::string, std::less<>>;  // name -> digest

Result<Applied> read_applied(Connection& connection) {
  Applied applied;
  XL_TRY(Statement* const statement,
         connection.acquire("SELECT name, digest FROM schema_migration ORDER BY name", {}, SQLITE_STATIC));
  int rc = SQLITE_ROW;
  while ((rc = sqlite3_step(statement->handle)) == SQLITE_ROW) {
    const auto text = [&](int column) {
      return std::string(reinterpret_cast<const char*>(sqlite3_column_text(statement->handle, column)));
    };
    applied.emplace(text(0), text(1));
  }
  Result<Applied> out = std::move(applied);
  if (rc != SQLITE_DONE) out = connection.last_error("read the schema version");
  connection.release(statement);
  return out;
}

Result<void> check_known(const Applied& applied, std::span<const Migration> migrations) {
  for (const auto& [name, digest] : applied) {
    const Migration* known = nullptr;
    for (const Migration& m : migrations)
      if (m.name == name) known = &m;
    if (known == nullptr) return Error(kNewerSchema, "the database has migration " + name + ", unknown here");
    if (known->digest != digest)
      return Error(kChangedMigration, "migration " + name + " was edited after it was applied");
  }
  return {};
}

Result<void> apply(Connection& connection, const Migration& migration) {
  XL_CHECK(connection.execute(std::string(migration.sql)));
  const Parameter row[] = {Parameter(migration.name), Parameter(migration.digest)};
  XL_TRY(
      Statement* const statement,
      connection.acquire("INSERT INTO schema_migration (name, digest) VALUES (?1, ?2)", row, SQLITE_STATIC));
  const int rc = sqlite3_step(statement->handle);
  Result<void> out;
  if (rc != SQLITE_DONE) out = connection.last_error("record the migration");
  connection.release(statement);
  return out;
}

// Under the write lock, so that two processes that start at once do not both apply it.
Result<void> apply_if_missing(Connection& connection, const Migration& migration) {
  XL_CHECK(connection.execute("BEGIN IMMEDIATE"));
  Result<void> done;
  const auto applied = read_applied(connection);
  if (!applied)
    done = applied.error();
  else if (!applied->contains(migration.name))
    done = apply(connection, migration);
  if (done) done = connection.execute("COMMIT");
  if (done) return {};
  (void)connection.execute("ROLLBACK");
  return done.error().with_context("migration " + std::string(migration.name));
}

}  // namespace

Result<void> migrate(Connection& connection, std::span<const Migration> migrations) {
  XL_CHECK(
      connection.execute("CREATE TABLE IF NOT EXISTS schema_migration (name TEXT PRIMARY KEY, digest TEXT "
                         "NOT NULL) STRICT, WITHOUT ROWID"));
  XL_TRY(const Applied applied, read_applied(connection));
  XL_CHECK(check_known(applied, migrations));
  for (const Migration& migration : migrations)
    if (!applied.contains(migration.name)) XL_CHECK(apply_if_missing(connection, migration));
  return {};
}

}  // namespace xinglin::sql
