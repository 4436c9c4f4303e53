#include "edge/oauth/detail/answers.h"

#include <algorithm>

#include "base/digest.h"
#include "base/percent.h"

namespace xinglin::oauth::detail {
namespace {

constexpr std::string_view kPrefix = "oauth.";

}  // namespace

Result<Form> Form::of(std::vector<http::Parameter> parameters) {
  Form out;
  out.parameters_ = std::move(parameters);
  for (size_t i = 0; i < out.parameters_.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      if (out.parameters_[i].name == out.parameters_[j].name)
        return Error(trust::oauth::kInvalidRequest, "a parameter is given twice");
  return out;
}

Result<Form> Form::of_query(const http::Request& request) {
  if (request.query.size() > 64) return Error(trust::oauth::kInvalidRequest, "too many parameters");
  return of(request.query);
}

Result<Form> Form::of_body(const http::Request& request) {
  if (!request.header("content-type").starts_with("application/x-www-form-urlencoded"))
    return Error(trust::oauth::kInvalidRequest, "the body must be application/x-www-form-urlencoded");
  auto parameters = http::parse_query(request.body);
  if (!parameters || parameters->size() > 64)
    return Error(trust::oauth::kInvalidRequest, "the body is malformed");
  return of(std::move(*parameters));
}

std::string Form::text(std::string_view name) const {
  const auto found = std::find_if(parameters_.begin(), parameters_.end(),
                                  [name](const http::Parameter& one) { return one.name == name; });
  return found == parameters_.end() ? std::string() : found->value;
}

Result<trust::ClientProof> proof_of(const http::Request& request, const Form& form, std::string audience) {
  trust::ClientProof out{form.text("client_id"), form.text("client_secret"),
                         form.text("client_assertion_type"), form.text("client_assertion"),
                         std::move(audience)};
  const std::string_view header = request.header("authorization");
  if (header.empty()) return out;
  const Error wrong(trust::oauth::kInvalidClient, "the header Authorization must be Basic");
  if (!header.starts_with("Basic ") && !header.starts_with("basic ")) return wrong;
  const auto bytes = from_base64(header.substr(6));
  if (!bytes) return wrong;
  const std::string_view pair = as_text(*bytes);
  const size_t colon = pair.find(':');
  if (colon == std::string_view::npos) return wrong;
  // Both halves are form-encoded first. RFC 6749 2.3.1.
  const auto decoded = http::parse_query("i=" + std::string(pair.substr(0, colon)) +
                                         "&s=" + std::string(pair.substr(colon + 1)));
  if (!decoded || decoded->size() != 2) return wrong;
  if (!out.secret.empty() || !out.assertion.empty() ||
      (!out.client_id.empty() && out.client_id != (*decoded)[0].value))
    return Error(trust::oauth::kInvalidRequest, "the application proves itself in two ways at once");
  out.client_id = (*decoded)[0].value;
  out.secret = (*decoded)[1].value;
  return out;
}

std::string_view name_of(const Error& error) {
  const std::string_view name = error.code().name;
  if (name.starts_with(kPrefix)) return name.substr(kPrefix.size());
  return error.kind() == ErrorKind::Busy ? "temporarily_unavailable" : "server_error";
}

http::Response answer(const json::object& body) {
  return http::Response::of_json(200, body).set("Cache-Control", "no-store").set("Pragma", "no-cache");
}

http::Response refusal(const Error& error) {
  const bool ours = name_of(error) == "server_error";
  const int status = error.is(trust::oauth::kInvalidClient) ? 401
                     : error.is(trust::kTooManyTries)       ? 429
                     : ours                                 ? http::status_of(error.kind())
                                                            : 400;
  // What went wrong within is in the log, not in the answer.
  http::Response out = http::Response::of_json(
      status, json::object{{"error", name_of(error)}, {"error_description", ours ? "" : error.message()}});
  out.set("Cache-Control", "no-store");
  if (status == 401) out.set("WWW-Authenticate", "Basic realm=\"xinglin\"");
  if (status == 429) out.set("Retry-After", "60");
  return out;
}

http::Response redirect(std::string address) {
  http::Response out;
  out.status = 302;
  return out.set("Location", std::move(address)).set("Cache-Control", "no-store");
}

std::string with_error(const std::string& redirect_uri, const Error& error, const std::string& state,
                       const std::string& issuer) {
  std::string out = redirect_uri;
  out += redirect_uri.find('?') == std::string::npos ? '?' : '&';
  out.append("error=").append(name_of(error));
  if (name_of(error) != "server_error")
    out.append("&error_description=").append(percent_encoded(error.message()));
  if (!state.empty()) out.append("&state=").append(percent_encoded(state));
  return out.append("&iss=").append(percent_encoded(issuer));
}

}  // namespace xinglin::oauth::detail
