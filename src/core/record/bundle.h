// Many resources in one request: FHIR transaction (all or nothing, one SQL transaction, urn:uuid references
// rewritten to the ids given) and batch (each for itself). Used by the FHIR edge and by `xinglin import`.
// Create, update and delete entries; conditional requests and searches are refused. Thread-safe as Record is.
// FHIR R4 3.1.0.11.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/record/record.h"

namespace xinglin::record {

struct BundleOptions {
  size_t entries_max = 5000;
  // For import: entries of types that are not offered are left out instead of refused, and entries without a
  // request are stored under their own id.
  bool lenient = false;
};

struct BundleEntry {
  enum class Outcome { Created, Updated, Deleted, Skipped, Failed };
  Outcome outcome = Outcome::Failed;
  std::string type, id;
  int64_t version = 0;
  Instant last_updated;
  std::optional<Error> error;
  IssueSink issues;
};

// A refusal names the entry in the issues as Bundle.entry[n]; of a batch each entry has its own.
Result<std::vector<BundleEntry>> process_transaction(Record& record, const trust::Access& access,
                                                     json::object bundle, IssueSink& issues,
                                                     const BundleOptions& options = {});
Result<std::vector<BundleEntry>> process_batch(Record& record, const trust::Access& access,
                                               json::object bundle, const BundleOptions& options = {});

}  // namespace xinglin::record
