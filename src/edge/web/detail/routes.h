// What the route files share: the context they work in and the guard around every handler.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/http/http.h"
#include "core/trust/access.h"
#include "edge/web/auth.h"
#include "edge/web/detail/shape.h"
#include "edge/web/errors.h"
#include "edge/web/event_hub.h"
#include "edge/web/web.h"

namespace xinglin::web::detail {

struct Context {
  Context(WebServices services_in, WebOptions options_in);
  WebServices services;
  const WebOptions options;
  const RequestAuth auth;
  EventHub hub;
  const Instant started_at;
  std::atomic<State> state{State::Starting};
  Listeners listeners() const;
  void set_listeners(Listeners listeners);

private:
  mutable std::mutex mutex_;  // guards listeners_
  Listeners listeners_;
};

using Work = std::function<Result<http::Response>(const http::Request&, const trust::Access&)>;
// Authenticates, requires the permission (none: anyone signed in), runs the work, turns errors into problem
// documents.
http::Handler guarded(const Context& context, std::optional<trust::Permission> permission, Work work);
// kBadCredentials 401, kTooManyTries 429 with Retry-After, kNoWaveform 415; the rest by kind.
http::Response problem_of(const http::Request& request, const Error& error, const WebOptions& options);

Result<json::object> body_object(const http::Request& request);  // application/json, an object; kBadBody
Result<std::string> body_text(const json::object& body, std::string_view key, size_t length_max,
                              bool required = true);
// Query values; kBadParameter outside the bounds.
Result<int64_t> query_integer(const http::Request& request, std::string_view name, int64_t fallback,
                              int64_t min, int64_t max);
std::string query_text(const http::Request& request, std::string_view name);
Result<std::string> query_one_of(const http::Request& request, std::string_view name,
                                 std::initializer_list<std::string_view> allowed, std::string_view fallback);
Result<int64_t> path_integer(const http::Request& request, std::string_view name);
const std::string& path_text(const http::Request& request, std::string_view name);

http::Response ok(const json::object& body);
http::Response no_content();
json::value text_or_null(std::string_view text);
json::value time_or_null(const std::optional<Instant>& at);  // RFC 3339

// One function per file of routes.
void add_session_routes(Context& context, http::Router& router);
void add_worklist_routes(Context& context, http::Router& router);
void add_patient_routes(Context& context, http::Router& router);
void add_result_routes(Context& context, http::Router& router);
void add_study_routes(Context& context, http::Router& router);
void add_system_routes(Context& context, http::Router& router);
void add_message_routes(Context& context, http::Router& router);
void add_custody_routes(Context& context, http::Router& router);
void add_bulk_routes(Context& context, http::Router& router);
void add_deletion_routes(Context& context, http::Router& router);
void add_procedure_routes(Context& context, http::Router& router);
void add_identity_routes(Context& context, http::Router& router);
void add_pair_routes(Context& context, http::Router& router);
void add_peer_routes(Context& context, http::Router& router);
void add_audit_routes(Context& context, http::Router& router);
void add_user_routes(Context& context, http::Router& router);
void add_application_routes(Context& context, http::Router& router);
void add_event_routes(Context& context, http::Router& router);
void add_health_routes(Context& context, http::Router& router);
void add_static_routes(Context& context, http::Router& router);

}  // namespace xinglin::web::detail
