// Custody: the receipt of an instance, and what the re-reading of stored files found.
#include "base/digest.h"
#include "core/archive/custody.h"
#include "edge/web/detail/routes.h"

namespace xinglin::web::detail {

namespace {

using trust::Permission;

// RFC 6962: that the leaf is in the tree of the last signed checkpoint; null until one is signed over it.
Result<json::value> proof_of(trust::AuditLog& audit, int64_t leaf) {
  const Result<trust::Checkpoint> last = audit.last_checkpoint();
  if (!last && !last.error().is(errors::kNotFound)) return last.error();
  if (!last || leaf >= last->size) return json::value(nullptr);
  const trust::Checkpoint& checkpoint = *last;
  XL_TRY(const std::vector<Digest> path, audit.inclusion_proof(leaf, checkpoint.size));
  XL_TRY(const std::vector<trust::LogLeaf> found, audit.leaves(leaf, 1));
  if (found.empty()) return json::value(nullptr);
  json::array hashes;
  for (const Digest& digest : path) hashes.push_back(json::value(to_hex(digest)));
  return json::value(json::object{{"size", checkpoint.size},
                                  {"leaf_hash", to_hex(found.front().leaf_hash)},
                                  {"root", to_hex(checkpoint.root)},
                                  {"path", std::move(hashes)},
                                  {"signed_at", format_rfc3339(checkpoint.at)},
                                  {"signature", to_base64(checkpoint.signature)}});
}

Result<http::Response> receipt(Context& context, const http::Request& request, const trust::Access& access) {
  XL_TRY(const archive::CustodyReceipt found,
         context.services.custody.receipt(access, SopInstanceUid(path_text(request, "sop"))));
  XL_TRY(json::value proof, proof_of(context.services.audit, found.audit_leaf));
  return ok({{"sop_instance", found.sop_instance.str()},
             {"study", found.study.str()},
             {"patient", found.patient.str()},
             {"sha256", to_hex(found.digest)},
             {"size_bytes", found.size_bytes},
             {"received_at", format_rfc3339(found.received_at)},
             {"sender", found.sender},
             {"called_ae", found.called_ae},
             {"audit_leaf", found.audit_leaf},
             {"deleted_at", time_or_null(found.deleted_at)},
             {"purged_at", time_or_null(found.purged_at)},
             {"proof", std::move(proof)}});
}

Result<http::Response> custody(Context& context, const http::Request& request, const trust::Access& access) {
  XL_TRY(const int64_t limit, query_integer(request, "limit", 50, 1, 500));
  XL_TRY(const archive::ScrubState state, context.services.custody.state(access));
  XL_TRY(const std::vector<archive::Damage> rows, context.services.custody.damages(access, limit));
  json::array items;
  for (const archive::Damage& row : rows)
    items.push_back(json::object{{"sop_instance", row.sop_instance.str()},
                                 {"study", row.study.str()},
                                 {"kind", row.kind},
                                 {"found_at", format_rfc3339(row.found_at)},
                                 {"seen_at", format_rfc3339(row.seen_at)},
                                 {"healed_at", time_or_null(row.healed_at)}});
  return ok({{"checked", state.checked},
             {"pass_started_at", time_or_null(state.pass_started_at)},
             {"last_pass_finished_at", time_or_null(state.last_pass_finished_at)},
             {"last_pass_checked", state.last_pass_checked},
             {"passes", state.passes},
             {"damaged", state.damaged},
             {"items", std::move(items)}});
}

}  // namespace

void add_custody_routes(Context& context, http::Router& router) {
  const auto with = [&context](Permission permission, auto function) {
    return guarded(context, permission,
                   [&context, function](const http::Request& request, const trust::Access& access) {
                     return function(context, request, access);
                   });
  };
  router.add(
      http::Method::Get, "/api/instances/{sop}/receipt",
      {.summary = "What proves that an instance was taken in: digest, time, sender, leaf of the audit log "
                  "with its proof",
       .tag = "custody",
       .response_schema = shape("Receipt")},
      with(Permission::ReadClinical, receipt));
  router.add(http::Method::Get, "/api/system/custody",
             {.summary = "How far stored files were read again, and which are damaged",
              .tag = "custody",
              .query = {{"limit", "how many, 1..500, default 50"}},
              .response_schema = shape("Custody")},
             with(Permission::ReadSystem, custody));
}

}  // namespace xinglin::web::detail
