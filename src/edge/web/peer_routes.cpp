// Peers: the DICOM application entities that are known, what they may do, and whether they answer.
#include "core/archive/commitment.h"
#include "core/archive/peers.h"
#include "core/archive/sent.h"
#include "edge/web/detail/routes.h"

namespace xinglin::web::detail {

namespace {

using trust::Permission;

json::object peer_document(const archive::Peer& peer) {
  json::array may;
  for (const std::string_view name : archive::right_names(peer.rights)) may.push_back(json::value(name));
  return {{"ae_title", peer.ae_title},
          {"host", peer.host},
          {"port", peer.port},
          {"tls", peer.tls},
          {"may", std::move(may)},
          {"send_results", peer.send_results},
          {"ask_commitment", peer.ask_commitment},
          {"description", peer.description}};
}

Result<bool> flag_of(const json::object& body, std::string_view name) {
  const json::value* value = json::find(body, name);
  if (value == nullptr || value->is_null()) return false;
  if (!value->is_bool()) return Error(kBadBody, std::string(name) + " must be true or false");
  return value->get_bool();
}

Result<archive::PeerRights> rights_of(const json::object& body) {
  const json::array* may = json::find_array(body, "may");
  if (may == nullptr) return Error(kBadBody, "may must be a list of rights");
  std::string text;
  for (const json::value& name : *may) {
    if (!name.is_string()) return Error(kBadBody, "may must be a list of rights");
    text += (text.empty() ? "" : ",") + std::string(name.get_string());
  }
  return archive::parse_rights(text);
}

Result<archive::Peer> peer_of(const http::Request& request) {
  XL_TRY(const json::object body, body_object(request));
  archive::Peer peer;
  peer.ae_title = path_text(request, "ae_title");
  XL_TRY(peer.host, body_text(body, "host", 255));
  const json::value* port = json::find(body, "port");
  if (port == nullptr || !port->is_int64() || port->get_int64() < 1 || port->get_int64() > 65535)
    return Error(kBadBody, "port must be a number from 1 to 65535");
  peer.port = static_cast<uint16_t>(port->get_int64());
  if (!net::parse_endpoint(net::Endpoint{peer.host, peer.port}.str()))
    return Error(kBadBody, "host must be a numeric address or localhost");
  XL_TRY(peer.rights, rights_of(body));
  XL_TRY(peer.tls, flag_of(body, "tls"));
  XL_TRY(peer.send_results, flag_of(body, "send_results"));
  XL_TRY(peer.ask_commitment, flag_of(body, "ask_commitment"));
  XL_TRY(peer.description, body_text(body, "description", 400, false));
  return peer;
}

Result<http::Response> list(Context& context, const http::Request&, const trust::Access& access) {
  XL_TRY(const std::vector<archive::Peer> peers, context.services.peers.list(access));
  json::array items;
  for (const archive::Peer& peer : peers) items.push_back(peer_document(peer));
  return ok({{"items", std::move(items)}});
}

Result<http::Response> one(Context& context, const http::Request& request, const trust::Access&) {
  XL_TRY(const archive::Peer peer, context.services.peers.find(path_text(request, "ae_title")));
  return ok(peer_document(peer));
}

Result<http::Response> put(Context& context, const http::Request& request, const trust::Access& access) {
  XL_TRY(const archive::Peer peer, peer_of(request));
  XL_CHECK(context.services.peers.put(access, peer));
  return ok(peer_document(peer));
}

Result<http::Response> remove(Context& context, const http::Request& request, const trust::Access& access) {
  XL_CHECK(context.services.peers.remove(access, path_text(request, "ae_title")));
  return no_content();
}

Result<http::Response> commitments(Context& context, const http::Request& request,
                                   const trust::Access& access) {
  XL_TRY(const int64_t limit, query_integer(request, "limit", 50, 1, 500));
  XL_TRY(const auto rows, context.services.commitment.list(access, limit));
  json::array items;
  for (const archive::CommitmentState& row : rows)
    items.push_back(json::object{{"id", row.id},
                                 {"transaction_uid", row.transaction_uid},
                                 {"ae_title", row.ae_title},
                                 {"requested_at", format_rfc3339(row.requested_at)},
                                 {"answered_at", time_or_null(row.answered_at)},
                                 {"reported_at", time_or_null(row.reported_at)},
                                 {"instances", row.instances},
                                 {"failed", row.failed}});
  return ok({{"items", std::move(items)}});
}

// A peer that has not answered within a day is not expected to.
std::string_view state_of(const archive::SentInstance& sent, Instant now) {
  if (sent.reason) return *sent.reason == archive::commitment_reason::kCommitted ? "committed" : "refused";
  if (!sent.asked_at) return "sent";
  return now - *sent.asked_at > kDayUs ? "overdue" : "asked";
}

Result<http::Response> sent(Context& context, const http::Request& request, const trust::Access& access) {
  XL_TRY(const int64_t limit, query_integer(request, "limit", 50, 1, 500));
  XL_TRY(const auto rows, context.services.sent.list(access, query_text(request, "peer"), limit));
  json::array items;
  for (const archive::SentInstance& row : rows) {
    const bool refused = row.reason.value_or(0) != archive::commitment_reason::kCommitted;
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string reason;
    for (int shift = 12; shift >= 0 && refused; shift -= 4) reason += kHex[*row.reason >> shift & 15];
    items.push_back(json::object{{"ae_title", row.ae_title},
                                 {"sop_class", row.sop_class.str()},
                                 {"sop_instance", row.sop_instance.str()},
                                 {"cause", row.cause},
                                 {"sent_at", format_rfc3339(row.sent_at)},
                                 {"asked_at", time_or_null(row.asked_at)},
                                 {"answered_at", time_or_null(row.answered_at)},
                                 {"state", state_of(row, context.services.clock.now())},
                                 {"reason", text_or_null(reason)}});
  }
  return ok({{"items", std::move(items)}});
}

// That a peer does not answer is an answer of ours, and no failure of the request.
Result<http::Response> echo(Context& context, const http::Request& request, const trust::Access& access) {
  XL_TRY(const archive::Peer peer, context.services.peers.find(path_text(request, "ae_title")));
  if (!context.services.echo_peer) return Error(errors::kUnsupported, "there is no DICOM sender");
  const int64_t begun = context.services.clock.monotonic_us();
  const Result<void> answered = context.services.echo_peer(peer);
  const int64_t took_ms = (context.services.clock.monotonic_us() - begun) / kMillisecondUs;
  context.services.audit.record(access,
                                {trust::Action::Execute, "Peer/" + peer.ae_title, "", answered.ok(), "echo"});
  return ok({{"answered", answered.ok()},
             {"took_ms", took_ms},
             {"error", answered ? json::value(nullptr) : json::value(answered.error().message())}});
}

}  // namespace

void add_peer_routes(Context& context, http::Router& router) {
  const auto with = [&context](Permission permission, auto function) {
    return guarded(context, permission,
                   [&context, function](const http::Request& request, const trust::Access& access) {
                     return function(context, request, access);
                   });
  };
  router.add(http::Method::Get, "/api/peers",
             {.summary = "The DICOM application entities that are known, by title",
              .tag = "peers",
              .response_schema = shape("{ items: Peer[] }")},
             with(Permission::ReadSystem, list));
  router.add(http::Method::Get, "/api/peers/{ae_title}",
             {.summary = "One peer", .tag = "peers", .response_schema = shape("Peer")},
             with(Permission::ReadSystem, one));
  router.add(http::Method::Put, "/api/peers/{ae_title}",
             {.summary = "Add a peer, or replace the one of that title",
              .tag = "peers",
              .request_schema = shape("PeerChange"),
              .response_schema = shape("Peer"),
              .body_bytes_max = 8 << 10},
             with(Permission::OperateSystem, put));
  router.add(http::Method::Delete, "/api/peers/{ae_title}", {.summary = "Remove a peer", .tag = "peers"},
             with(Permission::OperateSystem, remove));
  router.add(http::Method::Get, "/api/commitments",
             {.summary = "What peers asked us to commit to, and what they were answered; newest first",
              .tag = "peers",
              .query = {{"limit", "how many, 1..500, default 50"}},
              .response_schema = shape("{ items: Commitment[] }")},
             with(Permission::ReadSystem, commitments));
  router.add(http::Method::Get, "/api/sent",
             {.summary = "What was sent to peers, and whether they have committed to it; newest first",
              .tag = "peers",
              .query = {{"peer", "AE title; default all"}, {"limit", "how many, 1..500, default 50"}},
              .response_schema = shape("{ items: Sent[] }")},
             with(Permission::ReadSystem, sent));
  router.add(http::Method::Post, "/api/peers/{ae_title}/echo",
             {.summary = "Ask a peer by C-ECHO whether it answers",
              .tag = "peers",
              .response_schema = shape("PeerEcho")},
             with(Permission::OperateSystem, echo));
}

}  // namespace xinglin::web::detail
