// Forms as they come in and answers in the form of RFC 6749 5.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/http/http.h"
#include "core/trust/issuer.h"

namespace xinglin::oauth::detail {

// Parameters of a request, each at most once. RFC 6749 3.1: repeats are refused.
class Form {
public:
  static Result<Form> of_query(const http::Request& request);
  static Result<Form> of_body(const http::Request& request);  // application/x-www-form-urlencoded
  std::string text(std::string_view name) const;              // "" when absent

private:
  static Result<Form> of(std::vector<http::Parameter> parameters);
  std::vector<http::Parameter> parameters_;
};

// By the header Authorization: Basic or by parameters, not by both.
Result<trust::ClientProof> proof_of(const http::Request& request, const Form& form, std::string audience);

std::string_view name_of(const Error& error);  // "invalid_grant"; "server_error" for what is ours
http::Response answer(const json::object& body);
http::Response refusal(const Error& error);
http::Response redirect(std::string address);
std::string with_error(const std::string& redirect_uri, const Error& error, const std::string& state,
                       const std::string& issuer);

}  // namespace xinglin::oauth::detail
