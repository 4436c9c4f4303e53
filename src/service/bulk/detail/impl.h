// The parts of Bulk: what every file of the room needs to see.
#pragma once

#include "service/bulk/bulk.h"
#include "service/bulk/detail/plan.h"

namespace xinglin::bulk {

inline constexpr std::string_view kQueue = "bulk";

struct Bulk::Impl {
  Impl(const Rooms& r, Options o) : rooms(r), options(std::move(o)) {}

  // A job with what only the room itself looks at.
  struct Row {
    Job job;
    std::string owner, request, position;
  };
  Result<Row> row(sql::Session& session, const std::string& id);
  Result<void> may_see(const trust::Access& access, const Job& job) const;
  Result<trust::Access> owner_of(sql::Session& session, const Row& row);
  // Makes the row and its first slice in one transaction.
  Result<void> start(sql::Tx& tx, const trust::Access& access, const Row& row);
  Result<void> check_room(sql::Session& session);
  Result<void> queue_next(sql::Tx& tx, const std::string& id);
  Result<void> add_file(sql::Tx& tx, const std::string& id, std::string_view kind, const File& file);

  Result<void> run(const journal::Job& job);
  Result<void> run_export(Row row);
  Result<void> run_import(Row row);
  // The row as it is after a slice; with `state` other than running it is the last.
  Result<void> save(sql::Tx& tx, const Row& row);
  Result<void> end(const std::string& id, std::string_view state, const std::string& error);
  Result<void> forget(const std::string& id);
  std::string blob_key(const std::string& id, int64_t number) const;

  Rooms rooms;
  Options options;
};

Result<std::vector<File>> files_of(sql::Session& session, const std::string& id, std::string_view kind);

}  // namespace xinglin::bulk
