// The report of an import: one JSON line per file, flushed as it is written, so that an import that was
// stopped goes on where it was: files with an outcome that will not change are skipped the next time.
#pragma once

#include <fstream>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "base/json.h"
#include "base/result.h"

namespace xinglin::main {

class ImportReport {
public:
  enum class Outcome { Imported, Known, Refused, Failed };  // Failed: our trouble, tried again the next time
  static Result<ImportReport> open(const std::string& path);
  bool has(const std::string& file_path, const std::string& digest) const;
  // Of a file of lines that was not finished: how many lines are done, and what became of them.
  struct Position {
    int64_t lines = 0, stored = 0, known = 0, refused = 0;
  };
  Position position(const std::string& file_path, const std::string& digest) const;
  Result<void> add_position(const std::string& file_path, const std::string& digest,
                            const Position& position);
  Result<void> add(const std::string& file_path, const std::string& digest, Outcome outcome,
                   const std::string& reason);

private:
  Result<void> append(const json::object& row);
  std::unordered_set<std::string> done_;  // "<digest> <path>"
  std::unordered_map<std::string, Position> positions_;
  std::ofstream out_;
};

}  // namespace xinglin::main
