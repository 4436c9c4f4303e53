#include "edge/web/detail/routes.h"

#include <algorithm>
#include <charconv>

#include "codec/waveform/waveform.h"

namespace xinglin::web::detail {

Context::Context(WebServices services_in, WebOptions options_in)
    : services(services_in),
      options(std::move(options_in)),
      auth(services.authenticator, services.issuer),
      hub(services.journal, services.clock, EventHub::Options{}),
      started_at(services.clock.now()) {}

Listeners Context::listeners() const {
  const std::lock_guard lock(mutex_);
  return listeners_;
}

void Context::set_listeners(Listeners listeners) {
  const std::lock_guard lock(mutex_);
  listeners_ = std::move(listeners);
}

http::Response problem_of(const http::Request& request, const Error& error, const WebOptions& options) {
  if (error.is(trust::kTooManyTries))
    return http::problem(request, 429, error.code().name, error.code().prose)
        .set("Retry-After", std::to_string(options.sign_in_window_us / kSecondUs));
  if (error.is(waveform::kNoWaveform)) return http::problem(request, 415, error.code().name, error.message());
  http::Response response = http::problem(request, error);
  if (response.status == 401) response.set("WWW-Authenticate", "Bearer realm=\"xinglin\"");
  return response;
}

http::Handler guarded(const Context& context, std::optional<trust::Permission> permission, Work work) {
  return [&context, permission, work = std::move(work)](const http::Request& request) {
    const Result<http::Response> response = [&]() -> Result<http::Response> {
      XL_TRY(const trust::Access access, context.auth.access(request));
      if (access.restriction())  // the API of the pages knows no scopes; an application asks /fhir
        return Error(trust::kNotAllowed, "a token of an application reaches /fhir, not the API of the pages");
      if (permission) XL_CHECK(access.require(*permission));
      return work(request, access);
    }();
    return response ? *response : problem_of(request, response.error(), context.options);
  };
}

Result<json::object> body_object(const http::Request& request) {
  if (!request.header("content-type").starts_with("application/json"))
    return Error(kBadBody, "Content-Type must be application/json");
  Result<json::value> body = json::parse(request.body);
  if (!body) return body.error();
  if (!body->is_object()) return Error(kBadBody, "the body must be a JSON object");
  return std::move(body->as_object());
}

Result<std::string> body_text(const json::object& body, std::string_view key, size_t length_max,
                              bool required) {
  const json::value* value = json::find(body, key);
  if (!value || value->is_null()) {
    if (required) return Error(kBadBody, std::string(key) + " is missing");
    return std::string();
  }
  if (!value->is_string()) return Error(kBadBody, std::string(key) + " must be a string");
  const std::string_view text = value->as_string();
  if (required && text.empty()) return Error(kBadBody, std::string(key) + " must not be empty");
  if (text.size() > length_max)
    return Error(kBadBody, std::string(key) + " is longer than " + std::to_string(length_max) + " bytes");
  return std::string(text);
}

namespace {

std::optional<int64_t> to_integer(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

Result<int64_t> query_integer(const http::Request& request, std::string_view name, int64_t fallback,
                              int64_t min, int64_t max) {
  const std::optional<std::string_view> text = request.query_value(name);
  if (!text || text->empty()) return fallback;
  const std::optional<int64_t> value = to_integer(*text);
  if (!value || *value < min || *value > max)
    return Error(kBadParameter, std::string(name) + " must be a number from " + std::to_string(min) + " to " +
                                    std::to_string(max));
  return *value;
}

std::string query_text(const http::Request& request, std::string_view name) {
  const std::optional<std::string_view> text = request.query_value(name);
  return text ? std::string(*text) : std::string();
}

Result<std::string> query_one_of(const http::Request& request, std::string_view name,
                                 std::initializer_list<std::string_view> allowed, std::string_view fallback) {
  const std::string text = query_text(request, name);
  if (text.empty()) return std::string(fallback);
  if (std::find(allowed.begin(), allowed.end(), text) != allowed.end()) return text;
  std::string list;
  for (const std::string_view one : allowed) list += (list.empty() ? "" : ", ") + std::string(one);
  return Error(kBadParameter, std::string(name) + " must be one of: " + list);
}

const std::string& path_text(const http::Request& request, std::string_view name) {
  static const std::string kEmpty;
  const auto found = request.path_parameters.find(name);
  return found == request.path_parameters.end() ? kEmpty : found->second;
}

Result<int64_t> path_integer(const http::Request& request, std::string_view name) {
  const std::optional<int64_t> value = to_integer(path_text(request, name));
  if (!value) return Error(kBadParameter, std::string(name) + " must be a number");
  return *value;
}

http::Response ok(const json::object& body) {
  return http::Response::of_json(200, body);
}

http::Response no_content() {
  http::Response response;
  response.status = 204;
  return response;
}

json::value time_or_null(const std::optional<Instant>& at) {
  return at ? json::value(format_rfc3339(*at)) : json::value(nullptr);
}

json::value text_or_null(std::string_view text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

}  // namespace xinglin::web::detail
