// Import of bulk data (NDJSON) by the command line: a file of any length, a group of lines at a time; the
// next group is prepared while one is written. The report is told after every group, so that an import that
// was stopped goes on at the line where it was. Each bad line is one OperationOutcome in the file of errors.
#pragma once

#include <fstream>
#include <string>

#include "core/record/ndjson.h"
#include "main/import_report.h"

namespace xinglin::main {

struct NdjsonCounts {
  int64_t stored = 0, known = 0, refused = 0;
  std::string first_error;
};

bool is_ndjson(const std::string& path);
// `progress(bytes)`: how much of the file has been read.
Result<NdjsonCounts> import_ndjson(record::Record& record, const trust::Access& access,
                                   const std::string& path, const std::string& digest, ImportReport& report,
                                   const std::string& errors_path,
                                   const std::function<void(uint64_t)>& progress);
// SHA-256 of a file that need not fit into memory, in hex.
Result<std::string> file_digest(const std::string& path);

}  // namespace xinglin::main
