// The inference table: one row per run. Functions of a transaction or session; the JSON columns keep the
// forms of findings_json.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/inference/application.h"
#include "core/inference/results.h"

namespace xinglin::inference::detail {

enum class Decision { Open, Accepted, Edited, Rejected };

struct References {
  std::vector<std::string> observations;  // "Observation/4f..", in the order of the findings
  std::string diagnostic_report, risk_assessment, task;
  std::string sr;  // SOP Instance UID
};

struct Row {
  InferenceId id;
  std::string application, version;
  std::string patient, subject;
  int64_t event = 0;
  State state = State::Published;
  std::string reason;
  Decision decision = Decision::Open;
  Priority priority = Priority::Routine;
  bool superseded = false;
  std::string open_task;  // id
  Instant effective, created;
  int64_t duration_us = 0;
  std::string input_digest, output_digest, manifest_digest, model_digest;
  Findings findings;
  std::vector<InputRef> inputs;
  References references;
};

bool row_exists(sql::Session& session, const InferenceId& id);
Result<void> insert_row(sql::Tx& tx, const Row& row);
// kNoResult.
Result<Row> read_row(sql::Session& session, const InferenceId& id);
// The last published results of an application for a patient up to a time, newest first.
Result<std::vector<PreviousResult>> previous_results(sql::Session& session, std::string_view application,
                                                     std::string_view patient, Instant until, int64_t count);

// Marks what the new row replaces and gives the ids of Tasks that were still open. A row whose effective time
// lies before another's is itself the superseded one.
struct Superseding {
  bool row_is_superseded = false;
  std::vector<std::string> open_tasks;
};
Result<Superseding> supersede(sql::Tx& tx, const Row& row);
// A published row of a later effective time is there.
Result<bool> is_superseded(sql::Session& session, const Row& row);

json::object to_json(const References& references);
References references_from_json(const json::object& o);
// Of the whole result, from its flag and escalation.
Priority priority_of(const Findings& findings);

}  // namespace xinglin::inference::detail
