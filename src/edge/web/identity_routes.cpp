// Who is who: patients that were merged, and conflicts that wait for a person.
#include "edge/web/detail/routes.h"

namespace xinglin::web::detail {
namespace {

using trust::Permission;

// Names are patient data: only for those who may see it.
json::value name_of(Context& context, const trust::Access& access, const PatientId& patient) {
  if (!access.may(Permission::ReadClinical)) return nullptr;
  const Result<json::object> banner = context.services.worklist.patient_ref(access, patient);
  return banner ? text_or_null(json::find_string(*banner, "name").value_or("")) : json::value(nullptr);
}

Result<http::Response> merges(Context& context, const http::Request& request, const trust::Access& access) {
  XL_TRY(const int64_t limit, query_integer(request, "limit", 50, 1, 200));
  XL_TRY(const std::vector<identity::MergeRow> rows, context.services.store.read([&](sql::Session& session) {
    return context.services.identity.merges(session, access, limit);
  }));
  json::array items;
  for (const identity::MergeRow& row : rows)
    items.push_back(json::object{{"id", row.id},
                                 {"survivor", row.survivor.str()},
                                 {"merged", row.merged.str()},
                                 {"survivor_name", name_of(context, access, row.survivor)},
                                 {"merged_name", name_of(context, access, row.merged)},
                                 {"at", format_rfc3339(row.at)},
                                 {"who", row.who},
                                 {"undone", row.undone}});
  return ok({{"items", std::move(items)}});
}

Result<http::Response> undo_merge(Context& context, const http::Request& request,
                                  const trust::Access& access) {
  XL_TRY(const int64_t id, path_integer(request, "id"));
  XL_CHECK(context.services.store.write(
      [&](sql::Tx& tx) { return context.services.identity.undo_merge(tx, access, id); }));
  return no_content();
}

// Those who may not see patients see that there are two, and no more.
json::value person(Context& context, const trust::Access& access, const PatientId& patient) {
  if (!access.may(Permission::ReadClinical)) return nullptr;
  Result<json::object> found = context.services.worklist.patient_ref(access, patient);
  return found ? json::value(std::move(*found)) : json::value(nullptr);
}

json::object conflict_document(Context& context, const trust::Access& access, const identity::Conflict& row) {
  json::array differs;
  for (const char* what : {"name", "birth_date", "gender"})
    if (row.differs.find(what) != std::string::npos) differs.push_back(what);
  return {
      {"id", row.id},
      {"number", text_or_null(row.identifier.value)},
      {"known_system", row.known_as.system},
      {"other_system", row.identifier.system},
      {"known", row.known.str()},
      {"other", row.other.str()},
      {"known_person", person(context, access, row.known)},
      {"other_person", person(context, access, row.other)},
      {"differs", std::move(differs)},
      {"at", format_rfc3339(row.at)},
      {"sender", row.sender},
      {"decision", text_or_null(row.decision)},
      {"decided_at", row.decided_at ? json::value(format_rfc3339(*row.decided_at)) : json::value(nullptr)},
      {"decided_by", text_or_null(row.decided_by)},
      {"why", text_or_null(row.why)}};
}

Result<http::Response> conflicts(Context& context, const http::Request& request,
                                 const trust::Access& access) {
  XL_TRY(const int64_t limit, query_integer(request, "limit", 50, 1, 200));
  XL_TRY(const std::string state, query_one_of(request, "state", {"open", "all"}, "open"));
  XL_TRY(const std::vector<identity::Conflict> rows, context.services.store.read([&](sql::Session& session) {
    return context.services.identity.conflicts(session, access, state == "open", limit);
  }));
  json::array items;
  for (const identity::Conflict& row : rows) items.push_back(conflict_document(context, access, row));
  return ok({{"items", std::move(items)}});
}

Result<http::Response> decide(Context& context, const http::Request& request, const trust::Access& access) {
  XL_TRY(const int64_t id, path_integer(request, "id"));
  XL_TRY(const json::object body, body_object(request));
  XL_TRY(const std::string why, body_text(body, "reason", 1000));
  XL_TRY(const std::string said, body_text(body, "decision", 20));
  if (said != "same" && said != "different" && said != "open")
    return Error(kBadBody, "decision must be one of: same, different, open");
  const identity::Decision decision = said == "same"        ? identity::Decision::Same
                                      : said == "different" ? identity::Decision::Different
                                                            : identity::Decision::Open;
  XL_CHECK(context.services.store.write(
      [&](sql::Tx& tx) { return context.services.identity.decide(tx, access, id, decision, why); }));
  return no_content();
}

}  // namespace

void add_identity_routes(Context& context, http::Router& router) {
  const http::RouteInfo::Query limit{"limit", "how many, 1..200, default 50"};
  const auto with = [&context](std::optional<Permission> permission, auto function) {
    return guarded(context, permission,
                   [&context, function](const http::Request& request, const trust::Access& access) {
                     return function(context, request, access);
                   });
  };
  router.add(http::Method::Get, "/api/merges",
             {.summary = "Patient merges, newest first",
              .tag = "identity",
              .query = {limit},
              .response_schema = shape("{ items: Merge[] }")},
             with(Permission::ReadSystem, merges));
  router.add(http::Method::Post, "/api/merges/{id}/undo", {.summary = "Undo a merge", .tag = "identity"},
             with(Permission::OperateSystem, undo_merge));
  router.add(http::Method::Get, "/api/conflicts",
             {.summary = "Two patients under one number who may be one person, newest first; numbers and "
                         "people only for those who may see patients",
              .tag = "identity",
              .query = {{"state", "open (default) or all"}, limit},
              .response_schema = shape("{ items: Conflict[] }")},
             with(std::nullopt, conflicts));
  router.add(http::Method::Post, "/api/conflicts/{id}/decision",
             {.summary = "Say that the two are the same person (they are merged), or different people; "
                         "open takes a decision back",
              .tag = "identity",
              .request_schema = shape("ConflictDecision")},
             with(Permission::WriteClinical, decide));
}

}  // namespace xinglin::web::detail
