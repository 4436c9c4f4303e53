// The application interface: all that a clinical AI application sees. The runner assembles a Case from the
// record and the archive, calls run() on a bounded pool, and the publisher turns the Findings into standard
// objects. An application never reads or writes anything itself and must be deterministic: the same Case
// gives the same Findings. run() is called from several threads at once.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "codec/waveform/waveform.h"

namespace xinglin::inference {

inline constexpr ErrorCode kUnsuitable{"inference.unsuitable-input", ErrorKind::Unsupported,
                                       "the input is outside the application's intended use"};

struct Code {
  std::string system, code, display;  // system is a URI; display is the English term of that system
  bool operator==(const Code&) const = default;
};

struct Interval {
  double low = 0, high = 0;
};

enum class FindingState {
  Measured,
  CannotTell,  // the input does not allow an answer; `reason` says why
  Absent,      // looked for and not there
};

struct Finding {
  Code code;
  std::variant<std::monostate, double, std::string, Code> value;
  std::string unit;        // UCUM, for numbers
  std::string comparator;  // FHIR quantity comparator, for a bound: "at least 7" is 7 with ">="
  FindingState state = FindingState::Measured;
  std::string reason;                 // for CannotTell
  std::optional<Interval> reference;  // normal range, if the application states one
  std::string flag;                   // v3 ObservationInterpretation: "H", "L", "HH", "LL", "A", "N" or ""
  std::optional<double> confidence;   // 0..1, only when calibrated
  std::string method;                 // "Fridericia 1920"
  std::vector<Finding> components;    // of a score: published as Observation.component
};

// A request that somebody acts: published as a FHIR Task.
struct Escalation {
  std::string priority;  // routine, urgent, asap, stat (FHIR RequestPriority)
  std::string text_en, text_zh;
  std::string ward;    // owner; "" = the patient's current ward
  int64_t due_us = 0;  // after now; 0 = none
};

struct Risk {
  Code outcome;      // what is at risk
  Code qualitative;  // low, moderate, high as a code
  std::string rationale_en, rationale_zh;
};

struct Findings {
  std::vector<Finding> items;
  std::string summary_en, summary_zh;  // one line each, for worklists and report conclusions
  std::string flag;                    // the whole result: "N", "A", "AA" (critical)
  std::optional<Risk> risk;
  std::optional<Escalation> escalation;
  json::object
      evidence;  // shown on the result card, form is the application's own ("ecg": fiducials per beat ...)
  bool publish = true;  // false: nothing new to say; kept as an inference row only
};

struct InputRef {
  std::string reference;  // "Observation/4f..", "sop:1.2.3"
  std::string label;
  std::string digest;  // hex SHA-256 of the input bytes
};

struct PreviousResult {
  Instant at;
  Findings findings;
};

struct Case {
  std::string patient;         // logical id; applications have no use for names
  json::object patient_facts;  // {"gender": "female", "birthDate": "1959"}: no name, no number
  std::string ward;
  Instant now;             // time of the triggering fact
  bool is_current = true;  // false: later facts are known, `now` is the past; such a run asks nobody to act
  std::vector<json::object> observations;  // FHIR Observations asked for in the manifest, newest first
  std::optional<waveform::Recording> waveform;
  std::vector<PreviousResult> previous;  // this application's last results for the patient, newest first
  std::map<std::string, double> operating_points;  // of the manifest, by name
  std::vector<InputRef> inputs;
};

class RunContext {
public:
  RunContext(const Clock& clock, int64_t deadline_monotonic_us)
      : clock_(clock), deadline_(deadline_monotonic_us) {}
  // Long loops ask this and return kCancelled / kTimeout.
  bool should_stop() const { return cancelled_ || clock_.monotonic_us() >= deadline_; }
  void cancel() { cancelled_ = true; }

private:
  const Clock& clock_;
  int64_t deadline_;
  std::atomic<bool> cancelled_{false};
};

// What an application is given once, before the first run.
struct Setup {
  std::map<std::string, std::string>
      model_files;  // path in the manifest -> file; its digest has been checked
  std::map<std::string, std::string> model_digests;  // path in the manifest -> hex SHA-256
  std::map<std::string, double> operating_points;
};

class Application {
public:
  virtual ~Application() = default;
  // Loads models. A failure refuses the start of the program.
  virtual Result<void> prepare(const Setup& /*setup*/) { return {}; }
  virtual Result<Findings> run(const Case& input, RunContext& context) const = 0;
};

// A compiled-in application: its manifest (TOML text) and how it is made. main lists them.
struct NativeApplication {
  std::string_view manifest_toml;
  std::unique_ptr<Application> (*make)();
};

}  // namespace xinglin::inference
