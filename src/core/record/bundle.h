// Many resources in one request: FHIR transaction (all or nothing, one SQL transaction, in the order DELETE,
// POST, PUT and PATCH, the rest) and batch (each for itself). Links within a transaction are rewritten to the
// ids given: references, addresses (uri, url, oid, uuid) and links of narratives. Conditional entries and
// references are decided by searches in the transaction that writes; what is prepared before it is made again
// when the answer has changed in between. Used by the FHIR edge and by `xinglin import`. Thread-safe as
// Record is. FHIR R4 3.1.0.11.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/record/record.h"

namespace xinglin::record {

struct BundleEntry {
  enum class Outcome { Created, Updated, Deleted, Existing, Fetched, Skipped, Failed };
  Outcome outcome = Outcome::Failed;
  std::string type, id;
  int64_t version = 0;
  Instant last_updated;
  std::string text = {};  // of the resource, when it was asked for, or of what was fetched
  int status = 0;         // of what was fetched
  std::optional<Error> error;
  IssueSink issues;
};

struct BundleOptions {
  size_t entries_max = 20'000;
  // For import: entries of types that are not offered are left out instead of refused, and entries without a
  // request are stored under their own id.
  bool lenient = false;
  bool keep_text = false;     // written resources come back with their text
  std::string base_url = {};  // of this server: such addresses mean what is stored here
  // For import: a transaction with this digest is written once; after that it is kAlreadyDone.
  std::string once = {};
  // Answers an entry that writes nothing (GET, HEAD, an operation). In a transaction within its session; of a
  // batch without one. An error of it fails a transaction.
  std::function<BundleEntry(sql::Session*, const json::object& entry)> fetch = {};
};

// A refusal names the entry in the issues as Bundle.entry[n]; of a batch each entry has its own.
Result<std::vector<BundleEntry>> process_transaction(Record& record, const trust::Access& access,
                                                     json::object bundle, IssueSink& issues,
                                                     const BundleOptions& options = {});
// The two halves of a transaction, for who prepares one while another is written: parse, check, index; write.
class ReadyTransaction {
public:
  static Result<ReadyTransaction> prepare(Record& record, const trust::Access& access, json::object bundle,
                                          IssueSink& issues, const BundleOptions& options = {});
  ~ReadyTransaction();
  ReadyTransaction(ReadyTransaction&&) noexcept;
  ReadyTransaction& operator=(ReadyTransaction&&) noexcept;
  Result<std::vector<BundleEntry>> commit(IssueSink& issues);

private:
  struct Parts;
  explicit ReadyTransaction(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

Result<std::vector<BundleEntry>> process_batch(Record& record, const trust::Access& access,
                                               json::object bundle, const BundleOptions& options = {});

}  // namespace xinglin::record
