#include "edge/web/web.h"

#include "edge/web/detail/routes.h"
#include "edge/web/security.h"

namespace xinglin::web {

struct Web::Impl : detail::Context {
  using detail::Context::Context;
};

std::string_view to_string(State state) {
  switch (state) {
    case State::Starting:
      return "starting";
    case State::Ready:
      return "ready";
    case State::Draining:
      return "draining";
  }
  return "";
}

Web::Web(WebServices services, WebOptions options)
    : impl_(std::make_unique<Impl>(services, std::move(options))) {}
Web::~Web() {
  stop();
}

const RequestAuth& Web::auth() const {
  return impl_->auth;
}
void Web::push(const journal::Event& event) {
  impl_->services.worklist.note(event);  // first the cache, then the page that will ask
  impl_->hub.push(event);
}
void Web::set_state(State state) {
  impl_->state = state;
}
void Web::set_listeners(Listeners listeners) {
  impl_->set_listeners(std::move(listeners));
}
void Web::stop() {
  impl_->hub.close_all();
}

void Web::add_routes(http::Router& router) {
  detail::Context& context = *impl_;
  for (const auto add :
       {detail::add_session_routes,  detail::add_worklist_routes,    detail::add_patient_routes,
        detail::add_result_routes,   detail::add_study_routes,       detail::add_system_routes,
        detail::add_message_routes,  detail::add_custody_routes,     detail::add_bulk_routes,
        detail::add_deletion_routes, detail::add_identity_routes,    detail::add_pair_routes,
        detail::add_peer_routes,     detail::add_procedure_routes,   detail::add_audit_routes,
        detail::add_user_routes,     detail::add_application_routes, detail::add_event_routes,
        detail::add_health_routes,   detail::add_static_routes})
    add(context, router);
  router.wrap([&context](const http::Request& request, const http::Handler& next) {
    const WebOptions& options = context.options;
    http::Response response =
        is_host_allowed(request.header("host"), options.loopback_only, options.hosts)
            ? next(request)
            : http::problem(request, 421, kBadHost.name, "use the address this server is configured for");
    add_security_headers(response, request.path, options.https);
    context.services.metrics
        .counter("xinglin_http_responses_total", "HTTP responses by class of status",
                 "class=\"" + std::to_string(response.status / 100) + "xx\"")
        .add();
    return response;
  });
}

}  // namespace xinglin::web
