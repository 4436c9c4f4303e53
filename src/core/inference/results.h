// Results: what the applications said, as the worklist, the patient page and the result card read it. A
// result is one run of one application; it exists from the moment its run ended, whatever the outcome
// (failures and time-outs are part of the denominator). Every call needs Permission::ReadClinical and is
// recorded in the audit log. JSON forms are described in README.md of this room. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/strong_id.h"
#include "base/time.h"
#include "core/inference/errors.h"
#include "core/trust/access.h"
#include "core/trust/audit_log.h"
#include "store/sql/store.h"

namespace xinglin::inference {

class Catalog;

enum class State { Published, Unchanged, Failed, Timeout };
enum class Status { Unread, Read, Accepted, Edited, Rejected };  // Unread and Read are per user
enum class Priority { Routine, Urgent, Stat };

std::string_view to_string(State state);        // "published", "unchanged", "failed", "timeout"
std::string_view to_string(Status status);      // "unread", "read", "accepted", "edited", "rejected"
std::string_view to_string(Priority priority);  // "routine", "urgent", "stat"
Result<State> parse_state(std::string_view text);
Result<Status> parse_status(std::string_view text);
Result<Priority> parse_priority(std::string_view text);

enum class Superseded {
  Hide,
  Show
};  // results that a newer one of the same application and patient replaces
enum class Order {
  PriorityThenNewest,  // what waits for a decision before what has one, stat first inside each
  Newest,              // by when the result was made
  NewestFact           // by when what it is about happened (`effective`)
};

// Empty lists and strings do not restrict.
struct ListRequest {
  std::string patient;
  std::vector<std::string> patients;  // any of these, as well as `patient` (a ward, a page of a list)
  std::vector<std::string> flags;     // of the whole result: "N", "A", "AA"
  Instant since;                      // results made at or after this; 0 = all
  Instant facts_since;                // results about what happened at or after this; 0 = all
  bool with_findings = false;  // `findings` and `evidence` too (a trend without one get() for each point)
  std::vector<std::string> applications;
  std::vector<State> states = {State::Published};
  std::vector<Status> statuses;
  std::vector<Priority> priorities;
  Superseded superseded = Superseded::Hide;
  Order order = Order::PriorityThenNewest;
  int64_t count = 50;  // 1..500
  std::string cursor;  // opaque, from the last page
};

struct Page {
  std::vector<json::object> results;  // as get(), without findings, evidence, inputs and feedback
  int64_t total = 0;                  // exact, of the whole list
  std::string next_cursor;            // "" at the end
};

// Of published, not superseded results; `unread` is what the caller has neither read nor anybody decided.
struct Counts {
  int64_t total = 0, unread = 0, read = 0, accepted = 0, edited = 0, rejected = 0;
  int64_t open_urgent = 0, open_stat = 0;  // undecided, by priority
  int64_t failed = 0, timeout = 0;         // runs without a result, all time
};

class Results {
public:
  Results(sql::Store& store, const Catalog& catalog, const Clock& clock, trust::AuditLog& audit);

  Result<Page> list(const trust::Access& access, const ListRequest& request);
  Result<Counts> counts(const trust::Access& access, std::string_view patient = {});
  // Over these patients only; an empty list counts nothing.
  Result<Counts> counts_of(const trust::Access& access, const std::vector<std::string>& patients);
  // The whole result; kNoResult.
  Result<json::object> get(const trust::Access& access, const InferenceId& id);
  Result<void> mark_read(const trust::Access& access, const InferenceId& id);

private:
  sql::Store& store_;
  const Catalog& catalog_;
  const Clock& clock_;
  trust::AuditLog& audit_;
};

}  // namespace xinglin::inference
