// The manifest of an application: who it is, what it is for, what wakes it, what it reads, what it may use
// and what it writes, in TOML. Form and meaning of every key are in docs/add-an-application.md. Reading is
// strict: unknown keys are refused and every fault is reported with its line, not only the first. Pure
// function, values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/strong_id.h"
#include "base/time.h"
#include "core/inference/application.h"
#include "core/inference/errors.h"
#include "core/inference/expression.h"

namespace xinglin::inference {

struct Bilingual {
  std::string en, zh;
};

struct Trigger {
  enum class Per {
    Subject,
    Patient,  // one job for all events of a patient that come together
    Moment    // one for those whose facts happened in the same minute; older facts are judged as of then
  };
  std::string event;                // journal event type
  std::optional<Expression> where;  // over the event's data
  Per per = Per::Subject;
  int64_t settle_us = 0;  // wait for more events of the same key before running (debounce)
  int priority = 0;       // "routine" 0, "urgent" 1, "stat" 2
};

struct ObservationInput {
  std::vector<std::string> codes;  // "system|code"
  int64_t hours = 24;
  int64_t count_max = 500;
};

struct OperatingPoint {
  std::string name, unit, prose;
  double value = 0;
};

struct Model {
  std::string path, sha256, format;  // path relative to the application's folder, format "onnx"
};

struct Manifest {
  ApplicationId id;
  std::string version;
  Bilingual name, intended_use;
  std::vector<Bilingual> known_limits;  // when it is wrong or silent; shown beside every result
  std::vector<Trigger> triggers;

  bool waveform = false;
  std::vector<ObservationInput> observations;
  int64_t previous_results = 0;

  int64_t time_limit_us = 10 * kSecondUs;
  int64_t input_mb = 256;     // of the assembled input; more is refused before the run
  int64_t concurrency = 1;    // runs at the same time, abandoned ones included
  int64_t queue_length = 64;  // direct calls that may wait for a free place

  bool writes_observation = false, writes_report = false, writes_risk = false, writes_task = false;
  bool writes_sr = false;   // DICOM structured report
  bool supersedes = false;  // a newer published result of the same patient replaces the older ones in lists
  std::string category = "exam";  // observation-category code
  std::optional<Code> report_code;

  std::vector<OperatingPoint> operating_points;
  std::vector<Model> models;
};

// kBadManifest: the message holds one "line N: ..." per fault, parted by "; ".
Result<Manifest> parse_manifest(std::string_view toml);

}  // namespace xinglin::inference
