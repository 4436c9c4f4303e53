// HTTP for every edge that speaks it: Request, Response, Router and Server. The transport (Boost.Beast,
// coroutines) stays behind server.cpp; handlers are plain synchronous functions run on a bounded pool. The
// Router also knows enough of each route (summary, parameters, body) to emit OpenAPI 3.1. Limits: header 16
// KiB, body per route (64 KiB before its sender is known), connections, idle time. No exception of a handler
// leaves the server: it becomes 500 with an id that is in the log.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/net/socket.h"
#include "base/pool.h"
#include "base/result.h"
#include "base/time.h"

namespace xinglin::http {

enum class Method { Get, Head, Post, Put, Patch, Delete, Options };
std::string_view to_string(Method method);

struct Parameter {
  std::string name, value;  // percent-decoded UTF-8
};
inline constexpr ErrorCode kBadQuery{"http.bad-query", ErrorKind::Invalid, "the query string is malformed"};
// application/x-www-form-urlencoded text; refuses broken percent escapes, invalid UTF-8, NUL, over 512
// parameters.
Result<std::vector<Parameter>> parse_query(std::string_view text);

// Takes the body of a request as it arrives, for routes whose bodies do not fit into memory. Made when the
// head has come; write() runs on threads of a pool of its own, one call at a time, and may block. False: it
// has read enough to refuse, the handler is asked at once and the connection closed after its answer.
class BodySink {
public:
  virtual ~BodySink() = default;
  virtual bool write(std::span<const uint8_t> bytes) = 0;
};

struct Request {
  Method method = Method::Get;
  std::string path;  // percent-decoded, no query, no dot segments
  std::string raw_query;
  std::vector<Parameter> query;                                     // in order, repeats kept
  std::map<std::string, std::string, std::less<>> headers;          // names in lower case
  std::map<std::string, std::string, std::less<>> path_parameters;  // from {name} in the route
  std::string body;                                                 // empty when the route has a sink
  std::shared_ptr<BodySink> sink;  // what took the body; shared with the session that fed it
  std::string remote;              // peer address without port
  std::string id;                  // request id, unique, also sent back as X-Request-Id
  std::string_view header(std::string_view lower_case_name) const;
  std::optional<std::string_view> query_value(std::string_view name) const;  // the first
  std::optional<std::string> cookie(std::string_view name) const;
};

// A server-sent-event stream: the response stays open, next() is called on a pool thread and blocks up to
// `wait_ms`; it returns text to send (already in event-stream form), "" for a keep-alive, or nullopt to
// close.
using EventSource = std::function<std::optional<std::string>(int wait_ms)>;

// A body that is made while it is sent. read() fills the space from its front and tells how many bytes it put
// there, 0 at the end; it runs on pool threads, one call at a time. An error or a wrong size ends the
// connection, so that the client sees that the body is not whole.
struct BodySource {
  std::optional<uint64_t> size_bytes = {};  // nullopt: sent in chunks
  std::function<Result<size_t>(std::span<uint8_t>)> read = {};
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  EventSource events = {};  // if set, body is ignored and Content-Type is text/event-stream
  BodySource source = {};   // if its read is set, body is ignored
  Response& set(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
  }
  static Response text(int status, std::string body, std::string content_type = "text/plain; charset=utf-8");
  static Response of_json(int status, const json::value& body, std::string content_type = "application/json");
};

using Handler = std::function<Response(const Request&)>;

// What is taken of a body before anybody is asked whether its sender may send it: enough for a sign-in,
// little enough for every connection to hold as much.
inline constexpr size_t kOpenBodyBytes = 64 << 10;

// What the OpenAPI document says about one route. Schemas are JSON Schema fragments.
struct RouteInfo {
  std::string summary;
  std::string tag;
  struct Query {
    std::string name, prose;
    bool required = false;
  };
  std::vector<Query> query = {};
  json::value request_schema = nullptr;    // null: no body
  json::value response_schema = nullptr;   // null: none described
  size_t body_bytes_max = kOpenBodyBytes;  // above it only where `admit` is set
  bool in_openapi = true;
  std::function<std::unique_ptr<BodySink>(const Request&)> sink = {};  // set: the body goes there
  // Asked on a pool thread with the head alone before more than kOpenBodyBytes are taken, and before a sink
  // is made: an answer refuses the body, which is not read.
  std::function<std::optional<Response>(const Request&)> admit = {};
};

class Router {
public:
  // Pattern segments: literal, {name} (one segment) or a trailing {name...} (the rest). More literal routes
  // win.
  void add(Method method, std::string pattern, RouteInfo info, Handler handler);
  // Wraps every handler (authentication, metrics, security headers); the last added is outermost.
  using Middleware = std::function<Response(const Request&, const Handler& next)>;
  void wrap(Middleware middleware);
  Response dispatch(Request request) const;  // 404 and 405 (with Allow) in problem+json
  size_t body_bytes_max(Method method, std::string_view path) const;
  // Whether the two below are to be called: for a sink always, for others before a `large` body.
  bool asks_before_body(Method method, std::string_view path, bool large) const;
  // Who may not send a body gets this answer instead of being read.
  std::optional<Response> refuse_body(Request request) const;
  // Null when the route of the request takes its body whole.
  std::shared_ptr<BodySink> open_sink(Request request) const;
  json::object openapi(std::string_view title, std::string_view version, std::string_view prefix) const;

private:
  struct Route;
  struct Match;
  Match match(Method method, std::string_view path) const;
  Handler wrapped(Handler handler) const;  // inside every middleware
  std::vector<std::shared_ptr<const Route>> routes_;
  std::vector<Middleware> middlewares_;
};

std::string format_http_date(Instant t);  // RFC 9110 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT"

// RFC 9457 problem document for errors outside FHIR: {type, title, status, detail, code, request_id}.
Response problem(const Request& request, int status, std::string_view code, std::string_view detail);
// The one mapping of error kinds to HTTP status (NotFound 404, Denied 403, Busy 503 ...).
int status_of(ErrorKind kind);
Response problem(const Request& request, const Error& error);

class Server {
public:
  struct Options {
    net::Endpoint endpoint;
    size_t connections_max = 512;
    size_t handler_threads = 8;
    size_t queue_length_max = 256;  // requests that wait for a handler thread; more are answered 503
    size_t event_streams_max = 128;
    int idle_timeout_ms = 60'000;     // between requests, and for the whole head of one
    int request_timeout_ms = 60'000;  // for the whole body; for each part of one that goes to a sink
  };
  // `router` must outlive the server and not change after start.
  static Result<std::unique_ptr<Server>> start(Options options, const Router& router);
  ~Server();
  net::Endpoint endpoint() const;
  void stop(int grace_ms);

private:
  struct Impl;

public:
  explicit Server(std::unique_ptr<Impl> impl);  // only start() has an Impl to give

private:
  std::unique_ptr<Impl> impl_;
};

// A small blocking client for tests, the simulator and health checks.
struct ClientResponse {
  int status = 0;
  std::map<std::string, std::string, std::less<>> headers;  // lower case
  std::string body;
};
class Client {
public:
  explicit Client(net::Endpoint endpoint) : endpoint_(std::move(endpoint)) {}
  Result<ClientResponse> send(Method method, std::string_view target, std::string_view body = {},
                              const std::vector<std::pair<std::string, std::string>>& headers = {},
                              int timeout_ms = 30'000) const;

private:
  net::Endpoint endpoint_;
};

}  // namespace xinglin::http
