// Turns journal events into runs: one queue and one route per application, "inference/<id>". A run that fails
// or goes over its time ends as a row; only what may pass by itself (a full queue, a busy disk) is tried
// again. Thread-safe.
#pragma once

#include "base/metrics.h"
#include "core/inference/catalog.h"
#include "core/inference/detail/case_builder.h"
#include "core/inference/detail/publisher.h"
#include "core/inference/detail/run_pool.h"
#include "core/inference/detail/turns.h"
#include "store/journal/journal.h"

namespace xinglin::inference::detail {

class Dispatcher {
public:
  Dispatcher(const Catalog& catalog, const CaseBuilder& builder, RunPool& pool, const Publisher& publisher,
             sql::Store& store, const Clock& clock, Metrics& metrics);
  void attach(journal::Journal& journal);

  enum class Attempt { MayRetry, Last };
  // Runs and records; the error is one that a retry may cure. `cause` makes the inference id.
  Result<InferenceId> run(const trust::Access& access, const CatalogEntry& entry, const Wake& wake,
                          const std::string& cause, Attempt attempt);

private:
  std::vector<journal::NewJob> route(const CatalogEntry& entry, const journal::Event& event) const;
  Result<void> handle(const CatalogEntry& entry, const journal::Job& job);
  Result<void> run_moment(const trust::Access& access, const CatalogEntry& entry, Wake wake,
                          const std::string& cause, Attempt attempt);
  Result<void> run_once(const trust::Access& access, const CatalogEntry& entry, const Wake& wake, Row& row);
  void count(const CatalogEntry& entry, State state);

  const Catalog& catalog_;
  const CaseBuilder& builder_;
  RunPool& pool_;
  const Publisher& publisher_;
  sql::Store& store_;
  const Clock& clock_;
  Metrics& metrics_;
  Turns turns_;
};

}  // namespace xinglin::inference::detail
