// Inference: events wake applications, applications say findings, findings become standard objects. main
// makes one of these after the journal and before journal.start(): create() checks every manifest and model
// and registers one queue and one route per application ("inference/<id>"). Call stop() before
// journal.stop(), so that runs give way (their jobs are run again after the next start); destroy it after the
// journal. For merges of patients main calls identity.track({"inference", "id", "patient"}). Thread-safe.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "base/json.h"
#include "base/metrics.h"
#include "base/strong_id.h"
#include "base/time.h"
#include "core/archive/archive.h"
#include "core/inference/application.h"
#include "core/inference/catalog.h"
#include "core/inference/feedback.h"
#include "core/inference/results.h"
#include "core/record/record.h"
#include "core/trust/audit_log.h"
#include "store/journal/journal.h"
#include "store/sql/store.h"

namespace xinglin::inference {

class Inference {
public:
  // What it works with; all must outlive it.
  struct Rooms {
    sql::Store& store;
    record::Record& record;
    archive::Archive& archive;
    journal::Journal& journal;
    trust::AuditLog& audit;
    const Clock& clock;
    Metrics& metrics;
  };
  struct Options {
    std::string model_directory;  // model files are <model_directory>/<application id>/<path of the manifest>
    int64_t future_tolerance_us = 10 * kMinuteUs;  // observations dated later than now + this are left out
    int64_t stop_grace_us = 3 * kSecondUs;         // how long stop() waits for abandoned runs
  };
  static Result<std::unique_ptr<Inference>> create(Rooms rooms,
                                                   std::span<const NativeApplication> applications,
                                                   Options options);
  ~Inference();
  Inference(const Inference&) = delete;

  const Catalog& catalog() const;
  Results& results();
  Feedback& feedback();

  // Runs one application on one subject now ("Observation/4f..", "Patient/4f..", a SOP Instance UID) and
  // publishes what it says, as a trigger would: for `xinglin app run` and tests. Access needs OperateSystem.
  // kNoApplication, kInputMissing, kBusy.
  Result<InferenceId> run_now(const trust::Access& access, const ApplicationId& application,
                              const std::string& subject);
  void stop();

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;

public:
  explicit Inference(std::unique_ptr<Impl> impl);  // for create()
};

}  // namespace xinglin::inference
