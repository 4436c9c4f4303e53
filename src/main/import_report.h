// The report of an import: one JSON line per file, flushed as it is written, so that an import that was
// stopped goes on where it was: files with an outcome that will not change are skipped the next time.
#pragma once

#include <fstream>
#include <string>
#include <unordered_set>

#include "base/result.h"

namespace xinglin::main {

class ImportReport {
public:
  enum class Outcome { Imported, Known, Refused, Failed };  // Failed: our trouble, tried again the next time
  static Result<ImportReport> open(const std::string& path);
  bool has(const std::string& file_path, const std::string& digest) const;
  Result<void> add(const std::string& file_path, const std::string& digest, Outcome outcome,
                   const std::string& reason);

private:
  std::unordered_set<std::string> done_;  // "<digest> <path>"
  std::ofstream out_;
};

}  // namespace xinglin::main
