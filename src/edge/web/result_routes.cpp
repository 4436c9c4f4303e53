// One AI result: the card, read mark, feedback.
#include <charconv>

#include "edge/web/detail/routes.h"

namespace xinglin::web::detail {
namespace {

using trust::Permission;

// A page names a finding by its code; feedback needs the system too, and numbers as numbers.
// `method` tells apart findings of one code (QTc by several formulas); empty: the first.
const json::object* find_finding(const json::array& findings, std::string_view code,
                                 std::string_view method) {
  for (const json::value& item : findings) {
    if (!item.is_object()) continue;
    const json::object& finding = item.get_object();
    const json::object* own = json::find_object(finding, "code");
    if (own && json::find_string(*own, "code") == code &&
        (method.empty() || json::find_string(finding, "method") == method))
      return &finding;
    if (const json::array* components = json::find_array(finding, "components"))
      if (const json::object* found = find_finding(*components, code, method)) return found;
  }
  return nullptr;
}

json::value as_number_if_it_is(const json::value& value) {
  if (!value.is_string()) return value;
  const std::string_view text = value.get_string();
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return value;
  return number;
}

Result<json::object> completed_edit(const json::object& edit, const json::array& findings) {
  XL_TRY(const std::string code, body_text(edit, "code", 200));
  const std::string method(json::find_string(edit, "method").value_or(""));
  const json::object* finding = find_finding(findings, code, method);
  if (!finding) return Error(kBadBody, "edits: the result has no finding of code " + code);
  const json::value* value = json::find(edit, "value");
  if (!value || value->is_null()) return Error(kBadBody, "edits: value is missing");
  const json::value* shown = json::find(*finding, "value");
  const bool was_text = shown && shown->is_string();
  json::object out{{"system", json::find_string(finding->at("code").as_object(), "system").value_or("")},
                   {"code", code},
                   {"method", method},
                   {"value", was_text ? *value : as_number_if_it_is(*value)}};
  if (const auto unit = json::find_string(edit, "unit")) out["unit"] = *unit;
  return out;
}

Result<json::object> completed_feedback(Context& context, const trust::Access& access, const InferenceId& id,
                                        const json::object& body) {
  json::object out{{"action", json::find_string(body, "action").value_or("")}};
  XL_TRY(const std::string reason, body_text(body, "reason", 1000, false));
  if (!reason.empty()) out["reason"] = reason;
  const json::array* edits = json::find_array(body, "edits");
  if (!edits || edits->empty()) return out;
  XL_TRY(const json::object result, context.services.worklist.result(access, id));
  const json::array* findings = json::find_array(result, "findings");
  json::array completed;
  for (const json::value& edit : *edits) {
    if (!edit.is_object()) return Error(kBadBody, "edits must be objects {code, value}");
    XL_TRY(json::object one, completed_edit(edit.get_object(), findings ? *findings : json::array()));
    completed.push_back(std::move(one));
  }
  out["edits"] = std::move(completed);
  return out;
}

Result<http::Response> feedback(Context& context, const http::Request& request, const trust::Access& access) {
  const InferenceId id(path_text(request, "id"));
  XL_TRY(const json::object body, body_object(request));
  XL_TRY(const json::object completed, completed_feedback(context, access, id, body));
  XL_TRY(const inference::FeedbackRequest parsed, inference::parse_feedback(completed));
  XL_CHECK(context.services.feedback.give(access, id, parsed));
  XL_TRY(const json::object document, context.services.worklist.result(access, id));
  return ok(document);
}

Result<http::Response> mark_read(Context& context, const http::Request& request,
                                 const trust::Access& access) {
  const InferenceId id(path_text(request, "id"));
  XL_CHECK(context.services.results.mark_read(access, id));
  XL_TRY(const json::object result, context.services.results.get(access, id));
  return ok({{"id", id.str()}, {"status", json::find_string(result, "status").value_or("read")}});
}

}  // namespace

void add_result_routes(Context& context, http::Router& router) {
  const auto with = [&context](Permission permission, auto function) {
    return guarded(context, permission,
                   [&context, function](const http::Request& request, const trust::Access& access) {
                     return function(context, request, access);
                   });
  };
  router.add(http::Method::Get, "/api/results/{id}",
             {.summary = "One AI result, whole", .tag = "results", .response_schema = shape("Result")},
             with(Permission::ReadClinical,
                  [](Context& c, const http::Request& request,
                     const trust::Access& access) -> Result<http::Response> {
                    XL_TRY(const json::object document,
                           c.services.worklist.result(access, InferenceId(path_text(request, "id"))));
                    return ok(document);
                  }));
  router.add(http::Method::Post, "/api/results/{id}/read",
             {.summary = "Mark as read by the caller",
              .tag = "results",
              .response_schema = shape("{ id: string; status: ResultStatus }")},
             with(Permission::ReadClinical, mark_read));
  router.add(http::Method::Post, "/api/results/{id}/feedback",
             {.summary = "Accept, edit or reject",
              .tag = "results",
              .request_schema = shape("FeedbackRequest"),
              .response_schema = shape("Result"),
              .body_bytes_max = 64 << 10},
             with(Permission::GiveFeedback, feedback));
}

}  // namespace xinglin::web::detail
