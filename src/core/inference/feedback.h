// Feedback: a person accepts, edits or rejects a result. In one durable write: the feedback row, the new
// status of the published Observations, DiagnosticReport and RiskAssessment (final, amended,
// entered-in-error), the Task (completed or cancelled), the audit leaf and the event "inference.feedback".
// Needs Permission::GiveFeedback. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/strong_id.h"
#include "base/time.h"
#include "core/inference/errors.h"
#include "core/record/record.h"
#include "core/trust/access.h"
#include "core/trust/audit_log.h"
#include "store/journal/journal.h"
#include "store/sql/store.h"

namespace xinglin::inference {

enum class FeedbackAction { Accept, Edit, Reject };
std::string_view to_string(FeedbackAction action);  // "accept", "edit", "reject"

struct Edit {
  std::string system, code;  // of the finding or component that is wrong
  std::string method;        // when several findings share the code; "" = the first of them
  json::value value;         // number, text, or {system, code, display}
  std::string unit;          // UCUM, for numbers; "" keeps the unit of the finding
};

struct FeedbackRequest {
  FeedbackAction action = FeedbackAction::Accept;
  std::string reason;       // required for Edit and Reject, at most 2,000 bytes
  std::vector<Edit> edits;  // required for Edit, else empty; at most 64
};

// {"action": "edit", "reason": "..", "edits": [{"system": "..", "code": "..", "value": 72, "unit": "/min",
//              "method": ".."}]}
// Unknown members are refused; kBadFeedback.
Result<FeedbackRequest> parse_feedback(const json::object& body);

class Feedback {
public:
  Feedback(sql::Store& store, record::Record& record, const Clock& clock, trust::AuditLog& audit,
           journal::Journal& journal);

  // kNoResult, kBadFeedback, kDecided (accepting what is edited or rejected, changing what is rejected,
  // accepting twice).
  Result<void> give(const trust::Access& access, const InferenceId& id, const FeedbackRequest& request);

private:
  sql::Store& store_;
  record::Record& record_;
  const Clock& clock_;
  trust::AuditLog& audit_;
  journal::Journal& journal_;
};

}  // namespace xinglin::inference
