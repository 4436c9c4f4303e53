// Bulk exports and imports as those see them who run the house: how far they are, and an end to one.
#include "edge/web/detail/routes.h"
#include "service/bulk/bulk.h"

namespace xinglin::web::detail {

namespace {

using trust::Permission;

json::object to_json(const bulk::Job& job) {
  return {{"id", job.id},
          {"kind", job.kind},
          {"state", job.state},
          {"who", job.who},
          {"progress", job.progress},
          {"resources", job.resources},
          {"refused", job.refused},
          {"error", text_or_null(job.error)},
          {"created_at", format_rfc3339(job.created_at)},
          {"ended_at", time_or_null(job.ended_at)},
          {"expires_at", time_or_null(job.expires_at)}};
}

Result<http::Response> list(Context& context, const http::Request& request, const trust::Access& access) {
  XL_TRY(const int64_t limit, query_integer(request, "limit", 100, 1, 500));
  json::array items;
  if (context.services.bulk != nullptr) {
    XL_TRY(const std::vector<bulk::Job> jobs, context.services.bulk->jobs(access, limit));
    for (const bulk::Job& job : jobs) items.push_back(to_json(job));
  }
  return ok({{"items", std::move(items)}});
}

Result<http::Response> cancel(Context& context, const http::Request& request, const trust::Access& access) {
  if (context.services.bulk == nullptr) return Error(bulk::kNoJob);
  XL_CHECK(context.services.bulk->cancel(access, path_text(request, "id")));
  return no_content();
}

}  // namespace

void add_bulk_routes(Context& context, http::Router& router) {
  const auto with = [&context](Permission permission, auto function) {
    return guarded(context, permission,
                   [&context, function](const http::Request& request, const trust::Access& access) {
                     return function(context, request, access);
                   });
  };
  router.add(http::Method::Get, "/api/system/bulk",
             {.summary = "Bulk exports and imports, newest first, with how far they are",
              .tag = "system",
              .query = {{"limit", "1..500, default 100"}},
              .response_schema = shape("{ items: BulkJob[] }")},
             with(Permission::ReadSystem, list));
  router.add(http::Method::Post, "/api/system/bulk/{id}/cancel",
             {.summary = "End a bulk job and remove its files", .tag = "system"},
             with(Permission::OperateSystem, cancel));
}

}  // namespace xinglin::web::detail
