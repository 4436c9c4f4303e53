// The audit log: leaves, checkpoint, proofs, verification.
#include <algorithm>

#include "base/digest.h"
#include "edge/web/detail/routes.h"

namespace xinglin::web::detail {
namespace {

using trust::Permission;

// The canonical record's own members are shown where they have the names of the API; the rest stays in the
// log.
json::object leaf_document(const trust::LogLeaf& leaf) {
  json::object out{{"index", leaf.index}, {"leaf_hash", to_hex(leaf.leaf_hash)}};
  const Result<json::value> parsed = json::parse(leaf.record);
  const json::object record = parsed && parsed->is_object() ? parsed->as_object() : json::object();
  for (const std::string_view key : {"at", "who", "role", "purpose", "action", "object", "detail"}) {
    const std::optional<std::string_view> text = json::find_string(record, key);
    out[key] = text.value_or("");
  }
  out["patient"] = text_or_null(json::find_string(record, "patient").value_or(""));
  out["success"] = json::find_bool(record, "success").value_or(true);
  return out;
}

Result<http::Response> leaves(Context& context, const http::Request& request) {
  trust::AuditLog& audit = context.services.audit;
  XL_TRY(const int64_t limit, query_integer(request, "limit", 100, 1, 500));
  XL_TRY(const int64_t size, audit.size());
  XL_TRY(const int64_t from,
         query_integer(request, "from", std::max<int64_t>(0, size - limit), 0, INT64_MAX));
  XL_TRY(const std::vector<trust::LogLeaf> found, audit.leaves(from, limit));
  json::array items;
  for (const trust::LogLeaf& leaf : found) items.push_back(leaf_document(leaf));
  return ok({{"size", size}, {"items", std::move(items)}});
}

Result<http::Response> proof(Context& context, const http::Request& request) {
  trust::AuditLog& audit = context.services.audit;
  XL_TRY(const trust::Checkpoint checkpoint, audit.last_checkpoint());
  XL_TRY(const int64_t index, query_integer(request, "index", -1, 0, INT64_MAX));
  XL_TRY(const int64_t size, query_integer(request, "size", checkpoint.size, 1, checkpoint.size));
  if (index < 0) return Error(kBadParameter, "index is missing");
  if (index >= size)
    return Error(kBadParameter, "index must be below size; sign a newer checkpoint or ask later");
  XL_TRY(const std::vector<Digest> path, audit.inclusion_proof(index, size));
  XL_TRY(const std::vector<trust::LogLeaf> leaf, audit.leaves(index, 1));
  if (leaf.empty()) return Error(kBadParameter, "there is no leaf of this index");
  json::array hashes;
  for (const Digest& digest : path) hashes.push_back(json::value(to_hex(digest)));
  XL_TRY(const Digest root, audit.root_at(size));
  return ok({{"index", index},
             {"size", size},
             {"leaf_hash", to_hex(leaf.front().leaf_hash)},
             {"root", to_hex(root)},
             {"path", std::move(hashes)}});
}

json::object checkpoint_document(const trust::Checkpoint& checkpoint) {
  return {{"size", checkpoint.size},
          {"root", to_hex(checkpoint.root)},
          {"at", format_rfc3339(checkpoint.at)},
          {"signature", to_base64(checkpoint.signature)}};
}

Result<http::Response> verify(Context& context) {
  XL_TRY(const trust::Verification result, context.services.audit.verify());
  json::array problems;
  for (const std::string& problem : result.problems) problems.push_back(json::value(problem));
  return ok({{"leaves", result.leaves},
             {"checkpoints", result.checkpoints},
             {"root", to_hex(result.root)},
             {"problems", std::move(problems)}});
}

}  // namespace

void add_audit_routes(Context& context, http::Router& router) {
  const auto auditor = [&context](auto function) {
    return guarded(context, Permission::ReadAudit,
                   [&context, function](const http::Request& request, const trust::Access&) {
                     return function(context, request);
                   });
  };
  router.add(http::Method::Get, "/api/audit",
             {.summary = "Leaves of the audit log, oldest first",
              .tag = "audit",
              .query = {{"from", "index of the first leaf; default: the newest"}, {"limit", "1..500"}},
              .response_schema = shape("{ size: integer; items: AuditLeaf[] }")},
             auditor(leaves));
  router.add(
      http::Method::Get, "/api/audit/checkpoint",
      {.summary = "The last signed checkpoint", .tag = "audit", .response_schema = shape("Checkpoint")},
      auditor([](Context& c, const http::Request&) -> Result<http::Response> {
        XL_TRY(const trust::Checkpoint checkpoint, c.services.audit.last_checkpoint());
        return ok(checkpoint_document(checkpoint));
      }));
  router.add(
      http::Method::Get, "/api/audit/proof",
      {.summary = "RFC 6962 inclusion proof of one leaf",
       .tag = "audit",
       .query = {{"index", "of the leaf", true}, {"size", "of the tree; default: the last checkpoint"}},
       .response_schema = shape("Proof")},
      auditor(proof));
  router.add(http::Method::Post, "/api/audit/verify",
             {.summary = "Recompute the whole log", .tag = "audit", .response_schema = shape("Verification")},
             auditor([](Context& c, const http::Request&) { return verify(c); }));
}

}  // namespace xinglin::web::detail
