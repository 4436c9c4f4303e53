// Resources as lines of text (NDJSON), as bulk data brings them: each line is stored under its own id and
// stands for itself, lines of a group share one write. A line whose resource is stored already in just this
// form changes nothing, so a group may be stored again after a crash. Used by `xinglin import` and by
// $import. prepare_lines() needs no SQL and may run while the group before it is being written. FHIR Bulk
// Data 2.0.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/record/record.h"

namespace xinglin::record {

struct LineError {
  int64_t line = 0;  // counts from 1 in its file
  Error error;
  IssueSink issues;
};

struct PreparedLines {
  std::vector<int64_t> numbers;  // of the lines in `resources`
  std::vector<Prepared> resources;
  std::vector<LineError> errors;
};

struct StoredLines {
  int64_t stored = 0, known = 0;  // known: the same content was there
  std::vector<LineError> errors;  // sorted by line
};

struct LineOptions {
  std::string type = {};  // every line must be of this type; "" takes any
  size_t line_bytes_max = 4 << 20;
};

// Empty lines are passed over. `first_number`: of the first line given.
PreparedLines prepare_lines(const Record& record, const std::vector<std::string>& lines, int64_t first_number,
                            const LineOptions& options = {});
// One write. When it fails as a whole, each line is tried by itself, so that one that cannot be stored does
// not keep its neighbours out; an error is returned for trouble that is not of the lines (disk, queue,
// rights).
Result<StoredLines> write_lines(Record& record, const trust::Access& access, PreparedLines lines);

}  // namespace xinglin::record
