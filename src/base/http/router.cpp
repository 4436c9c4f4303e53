#include <algorithm>
#include <exception>
#include <iterator>

#include "base/http/detail/route.h"
#include "base/http/http.h"
#include "base/log.h"

namespace xinglin::http {
namespace {

using detail::Segment;
using detail::SegmentKind;

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> out;
  if (!path.empty()) path.remove_prefix(1);
  while (true) {
    const size_t end = path.find('/');
    out.push_back(path.substr(0, end));
    if (end == std::string_view::npos) return out;
    path.remove_prefix(end + 1);
  }
}

// Literal segments are worth most, the rest-of-path least; compared from the left.
bool more_literal(const std::vector<Segment>& a, const std::vector<Segment>& b) {
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    if (a[i].kind != b[i].kind) return a[i].kind < b[i].kind;
  // What is left over is a rest that stands for nothing: the route that ends here says more.
  return a.size() < b.size();
}

// The rest begins at the view of its first segment and runs to the end of the path.
std::string rest_of(std::string_view path, std::string_view first) {
  return std::string(first.data(), path.data() + path.size());
}

}  // namespace

struct Router::Match {
  const Route* route = nullptr;
  std::map<std::string, std::string, std::less<>> parameters;
  std::string allow;  // the methods of the path, when none is ours
};

void Router::add(Method method, std::string pattern, RouteInfo info, Handler handler) {
  auto route = std::make_shared<Route>();
  route->method = method;
  for (const std::string_view part : split(pattern)) {
    if (part.starts_with('{') && part.ends_with("...}"))
      route->segments.push_back({SegmentKind::Rest, std::string(part.substr(1, part.size() - 5))});
    else if (part.starts_with('{') && part.ends_with('}'))
      route->segments.push_back({SegmentKind::Name, std::string(part.substr(1, part.size() - 2))});
    else
      route->segments.push_back({SegmentKind::Literal, std::string(part)});
  }
  route->pattern = std::move(pattern);
  route->info = std::move(info);
  route->handler = std::move(handler);
  routes_.push_back(std::move(route));
}

void Router::wrap(Middleware middleware) {
  middlewares_.push_back(std::move(middleware));
}

namespace {

std::optional<std::map<std::string, std::string, std::less<>>> try_match(
    const std::vector<Segment>& segments, const std::vector<std::string_view>& parts, std::string_view path) {
  std::map<std::string, std::string, std::less<>> out;
  for (size_t i = 0; i < segments.size(); ++i) {
    const Segment& segment = segments[i];
    if (segment.kind == SegmentKind::Rest) {
      out[segment.text] = i < parts.size() ? rest_of(path, parts[i]) : std::string();
      return out;
    }
    if (i >= parts.size()) return std::nullopt;
    if (segment.kind == SegmentKind::Literal) {
      if (parts[i] != segment.text) return std::nullopt;
    } else {
      if (parts[i].empty()) return std::nullopt;
      out[segment.text] = std::string(parts[i]);
    }
  }
  if (parts.size() != segments.size()) return std::nullopt;
  return out;
}

}  // namespace

Router::Match Router::match(Method method, std::string_view path) const {
  Match best;
  bool best_is_exact = false;  // a HEAD route is better than the GET route that stands in for it
  const std::vector<std::string_view> parts = split(path);
  for (const auto& route : routes_) {
    auto parameters = try_match(route->segments, parts, path);
    if (!parameters) continue;
    const std::string name(to_string(route->method));
    if (best.allow.find(name) == std::string::npos) best.allow += (best.allow.empty() ? "" : ", ") + name;
    const bool exact = route->method == method;
    if (!exact && !(method == Method::Head && route->method == Method::Get)) continue;
    if (best.route && (more_literal(best.route->segments, route->segments) ||
                       (best_is_exact && !more_literal(route->segments, best.route->segments))))
      continue;
    best.route = route.get();
    best.parameters = std::move(*parameters);
    best_is_exact = exact;
  }
  return best;
}

size_t Router::body_bytes_max(Method method, std::string_view path) const {
  const Match found = match(method, path);
  if (!found.route) return 0;
  const RouteInfo& info = found.route->info;
  return info.admit ? info.body_bytes_max : std::min(info.body_bytes_max, kOpenBodyBytes);
}

bool Router::asks_before_body(Method method, std::string_view path, bool large) const {
  const Match found = match(method, path);
  return found.route && (found.route->info.sink || (large && found.route->info.admit));
}

namespace {

// What a handler throws is answered inside the middlewares, which see to headers and figures of every answer.
Response answer_of(const Handler& handler, const Request& request) {
  try {
    return handler(request);
  } catch (const std::exception& e) {
    log::error("http.handler-failed", {{"request", request.id}, {"what", e.what()}});
  } catch (...) {
    log::error("http.handler-failed", {{"request", request.id}, {"what", "not a std::exception"}});
  }
  return problem(request, 500, errors::kInternal.name,
                 "the request failed; the log has it under this request id");
}

}  // namespace

Handler Router::wrapped(Handler handler) const {
  for (const Middleware& middleware : middlewares_)
    handler = [&middleware, next = std::move(handler)](const Request& r) { return middleware(r, next); };
  return handler;
}

std::optional<Response> Router::refuse_body(Request request) const {
  Match found = match(request.method, request.path);
  if (!found.route || !found.route->info.admit) return std::nullopt;
  request.path_parameters = std::move(found.parameters);
  bool admitted = false;
  const Handler ask = [&](const Request& r) {
    std::optional<Response> refusal = found.route->info.admit(r);
    admitted = !refusal;
    return refusal ? std::move(*refusal) : Response();
  };
  Response answer = answer_of(ask, request);
  if (admitted) return std::nullopt;
  const Handler say = [&answer](const Request&) { return answer; };
  return answer_of(wrapped(say), request);
}

std::shared_ptr<BodySink> Router::open_sink(Request request) const {
  Match found = match(request.method, request.path);
  if (!found.route || !found.route->info.sink) return nullptr;
  request.path_parameters = std::move(found.parameters);
  return found.route->info.sink(request);
}

Response Router::dispatch(Request request) const {
  Match found = match(request.method, request.path);
  Handler handler;
  if (found.route) {
    request.path_parameters = std::move(found.parameters);
    handler = [route = found.route](const Request& r) { return answer_of(route->handler, r); };
  } else if (found.allow.empty()) {
    handler = [](const Request& r) {
      return problem(r, 404, "http.no-route", "there is nothing at this path");
    };
  } else {
    handler = [allow = found.allow](const Request& r) {
      if (r.method == Method::Options) return Response{.status = 204, .headers = {{"Allow", allow}}};
      return problem(r, 405, "http.method-not-allowed", "this path does not take this method")
          .set("Allow", allow);
    };
  }
  return answer_of(wrapped(std::move(handler)), request);
}

}  // namespace xinglin::http
