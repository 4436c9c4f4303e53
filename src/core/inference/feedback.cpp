#include "core/inference/feedback.h"

#include <algorithm>
#include <utility>

#include "base/charset.h"
#include "codec/fhir/build.h"
#include "core/inference/detail/fhir_objects.h"
#include "core/inference/detail/findings_json.h"
#include "core/inference/detail/publisher.h"
#include "core/inference/detail/row.h"

namespace xinglin::inference {
namespace {

using detail::Decision;

constexpr size_t kReasonBytesMax = 2000, kEditsMax = 64, kValueBytesMax = 4000;

Error bad(std::string what) {
  return {kBadFeedback, std::move(what)};
}

Result<void> only_members(const json::object& o, std::initializer_list<std::string_view> known) {
  for (const auto& member : o)
    if (std::find(known.begin(), known.end(), std::string_view(member.key())) == known.end())
      return bad("there is no member '" + std::string(member.key()) + "'");
  return {};
}

bool is_code(const json::value& v) {
  return v.is_object() && json::find_string(v.get_object(), "system") &&
         json::find_string(v.get_object(), "code");
}

Result<Edit> parse_edit(const json::value& v) {
  if (!v.is_object()) return bad("each edit must be an object");
  const json::object& o = v.get_object();
  XL_CHECK(only_members(o, {"system", "code", "method", "value", "unit"}));
  Edit edit;
  edit.system = json::find_string(o, "system").value_or("");
  edit.code = json::find_string(o, "code").value_or("");
  edit.method = json::find_string(o, "method").value_or("");
  edit.unit = json::find_string(o, "unit").value_or("");
  const json::value* value = json::find(o, "value");
  if (edit.code.empty() || !value) return bad("an edit needs 'system', 'code' and 'value'");
  if (!value->is_number() && !value->is_string() && !is_code(*value))
    return bad("the value of an edit must be a number, a text or a code");
  if (value->is_string() && value->get_string().size() > kValueBytesMax)
    return bad("the value of an edit is too long");
  edit.value = *value;
  return edit;
}

Result<void> check(const FeedbackRequest& request) {
  if (request.reason.size() > kReasonBytesMax || !charset::is_valid_utf8(request.reason))
    return bad("'reason' must be text of at most 2,000 bytes");
  if (request.action != FeedbackAction::Accept && request.reason.empty())
    return bad("editing and rejecting need a 'reason'");
  if (request.action == FeedbackAction::Edit && request.edits.empty())
    return bad("an edit needs at least one value");
  if (request.action != FeedbackAction::Edit && !request.edits.empty())
    return bad("'edits' belong to \"edit\" only");
  if (request.edits.size() > kEditsMax) return bad("at most 64 values can be edited at once");
  return {};
}

// What is decided stays decided, except that an accepted or edited result may still be corrected or
// withdrawn.
Result<void> check_order(Decision before, FeedbackAction action) {
  if (before == Decision::Open) return {};
  if (before == Decision::Rejected) return Error(kDecided, "the result has been rejected");
  if (action == FeedbackAction::Accept)
    return Error(kDecided, "the result has already been accepted or edited");
  return {};
}

Finding* find_finding(std::vector<Finding>& list, const Edit& edit) {
  for (Finding& f : list) {
    const bool named = f.code.system == edit.system && f.code.code == edit.code;
    if (named && (edit.method.empty() || edit.method == f.method)) return &f;
    if (Finding* part = find_finding(f.components, edit)) return part;
  }
  return nullptr;
}

void apply(const Edit& edit, Finding& f) {
  f.state = FindingState::Measured;
  f.reason.clear();
  f.comparator.clear();
  f.flag.clear();
  if (edit.value.is_number()) {
    f.value = edit.value.to_number<double>();
    if (!edit.unit.empty()) f.unit = edit.unit;
  } else if (edit.value.is_string()) {
    f.value = std::string(edit.value.get_string());
  } else {
    const json::object& o = edit.value.get_object();
    f.value = Code{std::string(*json::find_string(o, "system")), std::string(*json::find_string(o, "code")),
                   std::string(json::find_string(o, "display").value_or(""))};
  }
}

std::string_view resource_status(FeedbackAction action) {
  switch (action) {
    case FeedbackAction::Accept:
      return "final";
    case FeedbackAction::Edit:
      return "amended";
    case FeedbackAction::Reject:
      return "entered-in-error";
  }
  return "";
}

json::value edits_json(const std::vector<Edit>& edits) {
  json::array out;
  for (const Edit& e : edits)
    out.push_back(
        {{"system", e.system}, {"code", e.code}, {"method", e.method}, {"value", e.value}, {"unit", e.unit}});
  return out;
}

// One feedback being written.
struct Writing {
  sql::Tx& tx;
  record::Record& record;
  const trust::Access& access;  // of the room: what the person may do has been checked
  const trust::Access& person;
  const FeedbackRequest& request;
  Instant now;

  // A resource that is gone in the meantime stays gone.
  Result<void> change(const std::string& reference, const Finding* edited) const {
    if (reference.empty()) return {};
    const size_t slash = reference.find('/');
    const Result<record::Resource> stored =
        record.read(tx, access, reference.substr(0, slash), reference.substr(slash + 1));
    if (!stored.ok()) {
      const ErrorKind kind = stored.error().kind();
      if (kind == ErrorKind::NotFound || kind == ErrorKind::Gone) return {};
      return stored.error();
    }
    XL_TRY(json::object resource, stored->parsed());
    resource["status"] = resource_status(request.action);
    if (edited) put_edited(resource, *edited);
    if (resource.at("resourceType") != "DiagnosticReport") {
      json::object note = fhir::annotation(note_text(), now);
      note["authorString"] = person.who();
      fhir::append(resource, "note", std::move(note));
    }
    IssueSink issues;
    XL_CHECK(record.update(tx, access, std::move(resource), issues));
    return {};
  }

  std::string note_text() const {
    return std::string(to_string(request.action)) + (request.reason.empty() ? "" : ": " + request.reason);
  }

  static void put_edited(json::object& resource, const Finding& edited) {
    resource.erase("interpretation");
    detail::put_value(resource, edited);
    json::array components;
    for (const Finding& part : edited.components) {
      json::object component = {
          {"code", fhir::concept_of(part.code.system, part.code.code, part.code.display)}};
      detail::put_value(component, part);
      components.push_back(std::move(component));
    }
    if (!components.empty()) resource["component"] = std::move(components);
  }

  Result<void> change_resources(const detail::Row& row, std::vector<Finding> findings) const {
    for (const Edit& edit : request.edits) {
      Finding* finding = find_finding(findings, edit);
      if (!finding) return bad("the result has no finding " + edit.system + "|" + edit.code);
      apply(edit, *finding);
    }
    const bool is_edit = request.action == FeedbackAction::Edit;
    for (size_t i = 0; i < row.references.observations.size(); ++i)
      XL_CHECK(
          change(row.references.observations[i], is_edit && i < findings.size() ? &findings[i] : nullptr));
    XL_CHECK(change(row.references.diagnostic_report, nullptr));
    XL_CHECK(change(row.references.risk_assessment, nullptr));
    if (row.open_task.empty()) return {};
    return detail::end_task(tx, record, access, row.open_task,
                            request.action == FeedbackAction::Reject ? "cancelled" : "completed",
                            "the result was answered: " + std::string(to_string(request.action)));
  }
};

}  // namespace

std::string_view to_string(FeedbackAction action) {
  constexpr std::string_view kNames[] = {"accept", "edit", "reject"};
  return kNames[static_cast<size_t>(action)];
}

Result<FeedbackRequest> parse_feedback(const json::object& body) {
  XL_CHECK(only_members(body, {"action", "reason", "edits"}));
  FeedbackRequest request;
  const auto action = json::find_string(body, "action").value_or("");
  bool known = false;
  for (const FeedbackAction a : {FeedbackAction::Accept, FeedbackAction::Edit, FeedbackAction::Reject})
    if (to_string(a) == action) {
      request.action = a;
      known = true;
    }
  if (!known) return bad("'action' must be \"accept\", \"edit\" or \"reject\"");
  request.reason = json::find_string(body, "reason").value_or("");
  if (const json::array* edits = json::find_array(body, "edits"))
    for (const json::value& v : *edits) {
      if (request.edits.size() >= kEditsMax) return bad("at most 64 values can be edited at once");
      XL_TRY(Edit edit, parse_edit(v));
      request.edits.push_back(std::move(edit));
    }
  XL_CHECK(check(request));
  return request;
}

Feedback::Feedback(sql::Store& store, record::Record& record, const Clock& clock, trust::AuditLog& audit,
                   journal::Journal& journal)
    : store_(store), record_(record), clock_(clock), audit_(audit), journal_(journal) {}

Result<void> Feedback::give(const trust::Access& access, const InferenceId& id,
                            const FeedbackRequest& request) {
  XL_CHECK(access.require(trust::Permission::GiveFeedback));
  XL_CHECK(check(request));
  const trust::Access room = trust::Access::system("inference").with_request("feedback of " + access.who());
  const Instant now = clock_.now();
  return store_.write([&](sql::Tx& tx) -> Result<void> {
    XL_TRY(const detail::Row row, detail::read_row(tx, id));
    if (row.state != State::Published) return Error(kDecided, "only a published result can be answered");
    XL_CHECK(check_order(row.decision, request.action));
    const Writing writing{tx, record_, room, access, request, now};
    XL_CHECK(writing.change_resources(row, row.findings.items));
    XL_CHECK(tx.run("UPDATE inference SET decision = ?2, task = '' WHERE id = ?1", id.str(),
                    static_cast<int64_t>(request.action) + 1));
    XL_CHECK(
        tx.run("INSERT INTO inference_feedback (inference, action, reason, edits, who, at) VALUES (?1, ?2, "
               "?3, ?4, ?5, ?6)",
               id.str(), to_string(request.action), request.reason,
               json::serialize(edits_json(request.edits)), access.who(), now));
    XL_CHECK(audit_.append(tx, access,
                           {trust::Action::Update, "Inference/" + id.str(), row.patient, true,
                            std::string(to_string(request.action))}));
    journal::Event event;
    event.type = "inference.feedback";
    event.subject = id.str();
    event.patient = row.patient;
    event.data = {{"inference", id.str()},
                  {"application", row.application},
                  {"patient", row.patient},
                  {"action", to_string(request.action)}};
    XL_CHECK(journal_.append(tx, std::move(event)));
    return {};
  });
}

}  // namespace xinglin::inference
