// Runs applications under their limits. run() blocks its caller until the run ended or its time is over; a
// run that goes over its time is abandoned: it is told to stop, its place stays taken until it really ends,
// and its answer is dropped. At most `concurrency` runs of one application exist at a time; callers wait for
// a place, at most `queue_length` of them and not longer than one time limit. Thread-safe.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "core/inference/application.h"
#include "core/inference/catalog.h"

namespace xinglin::inference::detail {

class RunPool {
public:
  RunPool();
  ~RunPool();
  RunPool(const RunPool&) = delete;

  // What the application returned; kTimeout, kBusy, kCancelled (stopping), kInternal (it threw).
  Result<Findings> run(const CatalogEntry& entry, Case input);
  // Tells every run to stop and lets every caller go; waits up to `grace_us` for the runs to end.
  void stop(int64_t grace_us);

private:
  struct Shared;
  struct Run;
  Result<void> take_place(const CatalogEntry& entry);
  std::shared_ptr<Shared> shared_;  // shared with abandoned runs, which may outlive the pool
};

}  // namespace xinglin::inference::detail
