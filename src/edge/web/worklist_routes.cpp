// Worklist, wards, applications.
#include "edge/web/detail/routes.h"

namespace xinglin::web::detail {
namespace {

using trust::Permission;

Result<http::Response> list(Context& context, const http::Request& request, const trust::Access& access) {
  worklist::WorklistQuery query;
  query.ward = query_text(request, "ward");
  query.text = query_text(request, "q");
  query.application = query_text(request, "application");
  query.cursor = query_text(request, "cursor");
  XL_TRY(query.status,
         query_one_of(request, "status", {"unread", "open", "all", "accepted", "edited", "rejected"}, "all"));
  XL_TRY(query.priority, query_one_of(request, "priority", {"stat", "asap", "urgent", "routine"}, ""));
  if (query.priority == "asap") query.priority = "urgent";  // results know three levels
  XL_TRY(query.flag, query_one_of(request, "flag", {"N", "A", "AA"}, ""));
  XL_TRY(query.limit, query_integer(request, "limit", 50, 1, 500));
  XL_TRY(const json::object document, context.services.worklist.list(access, query));
  return ok(document);
}

}  // namespace

void add_worklist_routes(Context& context, http::Router& router) {
  router.add(http::Method::Get, "/api/worklist",
             {.summary = "AI results, most pressing first",
              .tag = "worklist",
              .query = {{"ward", "exact name"},
                        {"q", "part of a name or start of a number"},
                        {"status", "unread, open, all, accepted, edited or rejected"},
                        {"application", "application id"},
                        {"priority", "stat, asap, urgent or routine"},
                        {"flag", "N, A or AA"},
                        {"limit", "1..500, default 50"},
                        {"cursor", "`next` of the last answer"}},
              .response_schema = shape("{ items: WorklistItem[]; total: integer; counts: { unread: integer; "
                                       "urgent: integer; stat: integer }; next: string|null }")},
             guarded(context, Permission::ReadClinical,
                     [&context](const http::Request& request, const trust::Access& access) {
                       return list(context, request, access);
                     }));
  router.add(http::Method::Get, "/api/wards",
             {.summary = "Wards with their patients and unread results",
              .tag = "worklist",
              .response_schema = shape("{ items: { name: string; patients: integer; unread: integer }[] }")},
             guarded(context, Permission::ReadClinical,
                     [&context](const http::Request&, const trust::Access& access) -> Result<http::Response> {
                       XL_TRY(const json::object document, context.services.worklist.wards(access));
                       return ok(document);
                     }));
  router.add(
      http::Method::Get, "/api/applications",
      {.summary = "The clinical applications of this house",
       .tag = "worklist",
       .response_schema = shape("{ items: { id: string; version: string; name: Text2; intended_use: Text2; "
                                "modality: string|null }[] }")},
      guarded(context, std::nullopt,
              [&context](const http::Request&, const trust::Access&) -> Result<http::Response> {
                return ok(context.services.worklist.applications());
              }));
}

}  // namespace xinglin::web::detail
