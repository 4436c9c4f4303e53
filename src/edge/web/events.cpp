// GET /api/events: the live stream of a page.
#include <algorithm>
#include <charconv>

#include "base/digest.h"
#include "edge/web/detail/routes.h"

namespace xinglin::web::detail {
namespace {

constexpr int64_t kTokenStreamUs = kHourUs;  // a bearer token's stream reconnects at least this often

Result<std::optional<int64_t>> resume_after(const http::Request& request) {
  const std::string_view header = request.header("last-event-id");
  if (!header.empty()) {
    int64_t id = 0;
    const auto [end, error] = std::from_chars(header.data(), header.data() + header.size(), id);
    // Another server's id, as after a change of data directory: start anew.
    if (error != std::errc() || end != header.data() + header.size() || id < 0)
      return std::optional<int64_t>();
    return std::optional<int64_t>(id);
  }
  if (!request.query_value("after")) return std::optional<int64_t>();
  XL_TRY(const int64_t id, query_integer(request, "after", 0, 0, INT64_MAX));
  return std::optional<int64_t>(id);
}

Result<http::Response> events(Context& context, const http::Request& request, const trust::Access& access) {
  const bool clinical = access.may(trust::Permission::ReadClinical);
  if (!clinical) XL_CHECK(access.require(trust::Permission::ReadSystem));
  XL_TRY(const std::optional<int64_t> after, resume_after(request));
  std::string key;
  Instant ends_at = context.services.clock.now() + kTokenStreamUs;
  if (request.header("authorization").empty()) {
    XL_TRY(const auto found, context.auth.session(request));
    key = to_hex(sha256(request.cookie(kSessionCookie).value_or("")));
    ends_at = found.session.expires_at;
  }
  // Shared because std::function must be copyable; the server keeps one copy, on one thread.
  const std::shared_ptr<EventHub::Stream> stream =
      context.hub.open(clinical ? Audience::Clinical : Audience::System, key, ends_at, after);
  http::Response response;
  response.set("Cache-Control", "no-store").set("X-Accel-Buffering", "no");
  response.events = [stream, first = true](int wait_ms) mutable -> std::optional<std::string> {
    if (first) {
      first = false;
      return "retry: 2000\n\n";
    }
    return stream->next(wait_ms);
  };
  return response;
}

}  // namespace

void add_event_routes(Context& context, http::Router& router) {
  router.add(
      http::Method::Get, "/api/events",
      {.summary = "Server-sent events: result, patient, observation, message, system",
       .tag = "events",
       .query = {{"after", "journal event id to resume after, as Last-Event-ID"}}},
      guarded(context, std::nullopt, [&context](const http::Request& request, const trust::Access& access) {
        return events(context, request, access);
      }));
}

}  // namespace xinglin::web::detail
