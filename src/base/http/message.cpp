#include <array>

#include "base/http/http.h"

namespace xinglin::http {

std::string_view to_string(Method method) {
  switch (method) {
    case Method::Get:
      return "GET";
    case Method::Head:
      return "HEAD";
    case Method::Post:
      return "POST";
    case Method::Put:
      return "PUT";
    case Method::Patch:
      return "PATCH";
    case Method::Delete:
      return "DELETE";
    case Method::Options:
      return "OPTIONS";
  }
  return "GET";
}

std::string_view Request::header(std::string_view lower_case_name) const {
  const auto it = headers.find(lower_case_name);
  return it == headers.end() ? std::string_view{} : std::string_view(it->second);
}

std::optional<std::string_view> Request::query_value(std::string_view name) const {
  for (const Parameter& parameter : query)
    if (parameter.name == name) return std::string_view(parameter.value);
  return std::nullopt;
}

std::optional<std::string> Request::cookie(std::string_view name) const {
  std::string_view rest = header("cookie");
  while (!rest.empty()) {
    const size_t end = std::min(rest.find(';'), rest.size());
    std::string_view pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
    const size_t equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
    return std::string(pair.substr(equals + 1));
  }
  return std::nullopt;
}

Response Response::text(int status, std::string body, std::string content_type) {
  Response response;
  response.status = status;
  response.set("Content-Type", std::move(content_type));
  response.body = std::move(body);
  return response;
}

Response Response::of_json(int status, const json::value& body, std::string content_type) {
  return text(status, json::serialize(body), std::move(content_type));
}

std::string format_http_date(Instant t) {
  static constexpr std::array<const char*, 7> kDays{"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
  static constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const CivilTime c = to_civil(t);
  const auto two = [](int n) { return std::string(n < 10 ? "0" : "") + std::to_string(n); };
  return std::string(kDays[static_cast<size_t>(t.us / kDayUs) % 7]) + ", " + two(c.day) + " " +
         kMonths[static_cast<size_t>(c.month - 1)] + " " + std::to_string(c.year) + " " + two(c.hour) + ":" +
         two(c.minute) + ":" + two(c.second) + " GMT";
}

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::Invalid:
      return 400;
    case ErrorKind::NotFound:
      return 404;
    case ErrorKind::Gone:
      return 410;
    case ErrorKind::Conflict:
      return 409;
    case ErrorKind::PreconditionFailed:
      return 412;
    case ErrorKind::Unauthenticated:
      return 401;
    case ErrorKind::Denied:
      return 403;
    case ErrorKind::Busy:
      return 503;
    case ErrorKind::TooLarge:
      return 413;
    case ErrorKind::Unsupported:
      return 422;
    case ErrorKind::Corrupt:
      return 500;
    case ErrorKind::Timeout:
      return 504;
    case ErrorKind::Cancelled:
      return 503;
    case ErrorKind::Io:
      return 500;
    case ErrorKind::Internal:
      return 500;
  }
  return 500;
}

namespace {

std::string_view title_of(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return status < 500 ? "Request Failed" : "Internal Server Error";
  }
}

}  // namespace

Response problem(const Request& request, int status, std::string_view code, std::string_view detail) {
  json::object body;
  body["type"] = "about:blank";
  body["title"] = title_of(status);
  body["status"] = status;
  body["detail"] = detail;
  body["code"] = code;
  body["request_id"] = request.id;
  Response response = Response::of_json(status, std::move(body), "application/problem+json");
  if (status == 503) response.set("Retry-After", "1");
  return response;
}

Response problem(const Request& request, const Error& error) {
  // What went wrong inside is for the log, not for the caller.
  const bool ours = error.kind() == ErrorKind::Internal || error.kind() == ErrorKind::Io ||
                    error.kind() == ErrorKind::Corrupt;
  const std::string_view detail = ours ? error.code().prose : std::string_view(error.message());
  return problem(request, status_of(error.kind()), error.code().name, detail);
}

}  // namespace xinglin::http
