// Deletion of what was stored, its list, and holds. Administrators delete by UID: they see no patients.
#include "core/archive/deletion.h"
#include "edge/web/detail/routes.h"

namespace xinglin::web::detail {

namespace {

using archive::Deletion;
using trust::Permission;

Result<http::Response> list(Context& context, const http::Request& request, const trust::Access& access) {
  XL_TRY(const int64_t limit, query_integer(request, "limit", 100, 1, 500));
  XL_TRY(const auto rows, context.services.deletion.list(access, limit));
  json::array items;
  for (const archive::DeletionRow& row : rows)
    items.push_back(json::object{{"id", row.id},
                                 {"study", row.what.study.str()},
                                 {"series", text_or_null(row.what.series.str())},
                                 {"instance", text_or_null(row.what.instance.str())},
                                 {"who", row.who},
                                 {"why", row.why},
                                 {"at", format_rfc3339(row.at)},
                                 {"purge_at", format_rfc3339(row.purge_at)},
                                 {"recovered_at", time_or_null(row.recovered_at)},
                                 {"purged_at", time_or_null(row.purged_at)},
                                 {"instances", row.instances},
                                 {"size_bytes", row.size_bytes}});
  return ok({{"items", std::move(items)}});
}

Result<http::Response> remove(Context& context, const http::Request& request, const trust::Access& access) {
  XL_TRY(const json::object body, body_object(request));
  XL_TRY(const std::string why, body_text(body, "reason", 1000));
  XL_TRY(const std::string study, body_text(body, "study", 64));
  XL_TRY(const std::string series, body_text(body, "series", 64, false));
  XL_TRY(const std::string instance, body_text(body, "instance", 64, false));
  XL_TRY(const int64_t id, context.services.deletion.remove(
                               access, {StudyUid(study), SeriesUid(series), SopInstanceUid(instance)}, why));
  return ok({{"id", id}});
}

Result<http::Response> recover(Context& context, const http::Request& request, const trust::Access& access) {
  XL_TRY(const int64_t id, path_integer(request, "id"));
  XL_TRY(const json::object body, body_object(request));
  XL_TRY(const std::string why, body_text(body, "reason", 1000));
  XL_CHECK(context.services.deletion.recover(access, id, why));
  return no_content();
}

using HoldAct = Result<void> (Deletion::*)(const trust::Access&, const StudyUid&, const std::string&);

Result<http::Response> hold(Context& context, const http::Request& request, const trust::Access& access,
                            HoldAct act) {
  XL_TRY(const json::object body, body_object(request));
  XL_TRY(const std::string why, body_text(body, "reason", 1000));
  XL_CHECK((context.services.deletion.*act)(access, StudyUid(path_text(request, "uid")), why));
  return no_content();
}

}  // namespace

void add_deletion_routes(Context& context, http::Router& router) {
  const auto with = [&context](auto function) {
    return guarded(context, Permission::DeleteImages,
                   [&context, function](const http::Request& request, const trust::Access& access) {
                     return function(context, request, access);
                   });
  };
  const auto holding = [&context](HoldAct act) {
    return guarded(context, Permission::DeleteImages,
                   [&context, act](const http::Request& request, const trust::Access& access) {
                     return hold(context, request, access, act);
                   });
  };
  router.add(
      http::Method::Get, "/api/deletions",
      {.summary = "What was deleted, newest first: until when it can be taken back, and what is purged",
       .tag = "studies",
       .query = {{"limit", "1..500, default 100"}},
       .response_schema = shape("{ items: Deletion[] }")},
      with(list));
  router.add(
      http::Method::Post, "/api/deletions",
      {.summary = "Delete a study, a series or an instance; 409 while the retention rule or a hold forbids",
       .tag = "studies",
       .request_schema = shape("{ study: string; series?: string; instance?: string; reason: string }"),
       .response_schema = shape("{ id: integer }")},
      with(remove));
  router.add(http::Method::Post, "/api/deletions/{id}/recover",
             {.summary = "Take a deletion back within its grace time",
              .tag = "studies",
              .request_schema = shape("Reason")},
             with(recover));
  router.add(
      http::Method::Post, "/api/studies/{uid}/hold",
      {.summary = "Keep a study from being deleted", .tag = "studies", .request_schema = shape("Reason")},
      holding(&Deletion::hold));
  router.add(http::Method::Post, "/api/studies/{uid}/release",
             {.summary = "End the hold of a study", .tag = "studies", .request_schema = shape("Reason")},
             holding(&Deletion::release));
}

}  // namespace xinglin::web::detail
