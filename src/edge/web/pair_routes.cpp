// Pairs of patients who may be one person: the queue of identity review.
#include <algorithm>
#include <array>

#include "edge/web/detail/routes.h"

namespace xinglin::web::detail {
namespace {

using trust::Permission;

json::value person(Context& context, const trust::Access& access, const PatientId& patient) {
  Result<json::object> found = context.services.worklist.patient_ref(access, patient);
  return found ? json::value(std::move(*found)) : json::value(nullptr);
}

json::object pair_document(Context& context, const trust::Access& access, const identity::Pair& pair) {
  json::array evidence;
  for (const identity::PairEvidence& e : pair.evidence)
    evidence.push_back(json::object{{"field", e.field}, {"level", e.level}, {"bits", e.bits}});
  if (pair.household < -0.05)
    evidence.push_back(json::object{{"field", "household"}, {"level", "explains"}, {"bits", pair.household}});
  return {{"id", pair.id},
          {"a", pair.a.str()},
          {"b", pair.b.str()},
          {"a_person", person(context, access, pair.a)},
          {"b_person", person(context, access, pair.b)},
          {"probability", pair.probability},
          {"evidence", std::move(evidence)},
          {"at", format_rfc3339(pair.at)},
          {"decision", text_or_null(pair.decision)},
          {"decided_at", time_or_null(pair.decided_at)},
          {"decided_by", text_or_null(pair.decided_by)},
          {"why", text_or_null(pair.why)}};
}

Result<http::Response> pairs(Context& context, const http::Request& request, const trust::Access& access) {
  XL_TRY(const int64_t limit, query_integer(request, "limit", 50, 1, 200));
  XL_TRY(const std::string said, query_one_of(request, "state", {"open", "later", "all"}, "open"));
  const identity::PairState state = said == "open"    ? identity::PairState::Open
                                    : said == "later" ? identity::PairState::Later
                                                      : identity::PairState::All;
  XL_TRY(const std::vector<identity::Pair> rows, context.services.store.read([&](sql::Session& session) {
    return context.services.matches.pairs(session, access, state, limit);
  }));
  json::array items;
  for (const identity::Pair& row : rows) items.push_back(pair_document(context, access, row));
  return ok({{"items", std::move(items)}});
}

Result<http::Response> history(Context& context, const http::Request& request, const trust::Access& access) {
  XL_TRY(const int64_t id, path_integer(request, "id"));
  XL_TRY(const std::vector<identity::PairDecision> rows,
         context.services.store.read(
             [&](sql::Session& session) { return context.services.matches.history(session, access, id); }));
  json::array items;
  for (const identity::PairDecision& row : rows)
    items.push_back(json::object{
        {"at", format_rfc3339(row.at)}, {"who", row.who}, {"decision", row.decision}, {"why", row.why}});
  return ok({{"items", std::move(items)}});
}

Result<http::Response> decide(Context& context, const http::Request& request, const trust::Access& access) {
  XL_TRY(const int64_t id, path_integer(request, "id"));
  XL_TRY(const json::object body, body_object(request));
  XL_TRY(const std::string why, body_text(body, "reason", 1000));
  XL_TRY(const std::string said, body_text(body, "decision", 20));
  constexpr std::array<std::pair<std::string_view, identity::PairVerdict>, 5> kVerdicts{
      {{"same", identity::PairVerdict::Same},
       {"linked", identity::PairVerdict::Linked},
       {"different", identity::PairVerdict::Different},
       {"later", identity::PairVerdict::Later},
       {"open", identity::PairVerdict::Open}}};
  const auto* found = std::ranges::find(kVerdicts, said, &decltype(kVerdicts)::value_type::first);
  if (found == kVerdicts.end())
    return Error(kBadBody, "decision must be one of: same, linked, different, later, open");
  const identity::PairVerdict verdict = found->second;
  XL_CHECK(context.services.store.write(
      [&](sql::Tx& tx) { return context.services.matches.decide(tx, access, id, verdict, why); }));
  return no_content();
}

}  // namespace

void add_pair_routes(Context& context, http::Router& router) {
  const auto with = [&context](Permission permission, auto function) {
    return guarded(context, permission,
                   [&context, function](const http::Request& request, const trust::Access& access) {
                     return function(context, request, access);
                   });
  };
  router.add(http::Method::Get, "/api/identity/pairs",
             {.summary = "Patients who may be one person, with evidence by field, most probable first",
              .tag = "identity",
              .query = {{"state", "open (default), later or all"}, {"limit", "how many, 1..200, default 50"}},
              .response_schema = shape("{ items: Pair[] }")},
             with(Permission::ReadClinical, pairs));
  router.add(
      http::Method::Get, "/api/identity/pairs/{id}/history",
      {.summary = "What was decided about a pair, oldest first",
       .tag = "identity",
       .response_schema = shape("{ items: { at: string; who: string; decision: string; why: string }[] }")},
      with(Permission::ReadClinical, history));
  router.add(http::Method::Post, "/api/identity/pairs/{id}/decision",
             {.summary = "Say that the two are the same person (they are merged), linked (both records "
                         "stay), different people (not asked again), "
                         "or later; open takes a decision back",
              .tag = "identity",
              .request_schema = shape("PairDecision")},
             with(Permission::WriteClinical, decide));
}

}  // namespace xinglin::web::detail
