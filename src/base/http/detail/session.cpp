// GCC 12 frees twice when a co_await expression holds a capturing lambda or a braced aggregate as a
// temporary. In this file every awaitable is made from named objects (tests/coroutine_rule_test.cpp).
#include "base/http/detail/session.h"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <memory>

#include "base/http/detail/connection.h"
#include "base/http/detail/streaming.h"
#include "base/http/detail/target.h"
#include "base/http/websocket.h"

namespace xinglin::http::detail {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bh = boost::beast::http;
using asio::ip::tcp;

namespace {

constexpr size_t kHeaderBytesMax = 16 * 1024;
constexpr size_t kReadAheadBytesMax = 64 * 1024;
using Parser = bh::request_parser<bh::string_body>;

std::optional<Method> method_of(bh::verb verb) {
  switch (verb) {
    case bh::verb::get:
      return Method::Get;
    case bh::verb::head:
      return Method::Head;
    case bh::verb::post:
      return Method::Post;
    case bh::verb::put:
      return Method::Put;
    case bh::verb::patch:
      return Method::Patch;
    case bh::verb::delete_:
      return Method::Delete;
    case bh::verb::options:
      return Method::Options;
    default:
      return std::nullopt;
  }
}

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

// A request whose answer is made on the pool.
struct Job {
  explicit Job(Request r) : request(std::move(r)) {}
  Request request;
  Response response;
};

// Fills the request from the head that was read. An answer means: refused.
std::optional<Response> take_head(const Parser& parser, Request& request) {
  const auto& head = parser.get();
  for (const auto& field : head) {
    std::string name(view(field.name_string()));
    for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    const auto [it, is_new] = request.headers.try_emplace(std::move(name), view(field.value()));
    if (is_new) continue;
    if (it->first == "host")
      return problem(request, 400, "http.bad-host", "there is more than one Host header");
    it->second.append(it->first == "cookie" ? "; " : ", ").append(view(field.value()));
  }
  if (head.version() >= 11 && !request.headers.contains("host"))
    return problem(request, 400, "http.bad-host", "HTTP/1.1 needs a Host header");
  // What follows a body whose end is unknown would be taken for the next request (RFC 9112 6.1, 6.3).
  if (const auto coding = request.headers.find("transfer-encoding"); coding != request.headers.end()) {
    if (head.version() < 11)
      return problem(request, 400, "http.bad-length", "HTTP/1.0 has no Transfer-Encoding");
    if (!beast::iequals(coding->second, "chunked"))
      return problem(request, 501, "http.unknown-coding", "the only Transfer-Encoding taken is chunked");
  }
  const auto method = method_of(head.method());
  if (!method) return problem(request, 501, "http.unknown-method", "this method is not offered");
  request.method = *method;
  Result<Target> target = parse_target(view(head.target()));
  if (!target) return problem(request, target.error());
  request.path = std::move(target->path);
  request.raw_query = std::move(target->raw_query);
  request.query = std::move(target->query);
  return std::nullopt;
}

Response refusal(const Request& request, const beast::error_code& ec) {
  if (ec == bh::error::body_limit)
    return problem(request, 413, errors::kTooLarge.name, "the body is larger than this path takes");
  if (ec == bh::error::header_limit)
    return problem(request, 431, errors::kTooLarge.name, "the header is larger than 16 KiB");
  if (ec == beast::error::timeout)
    return problem(request, 408, errors::kTimeout.name, "the request did not arrive in time");
  return problem(request, 400, "http.bad-request", "the request is not well-formed HTTP/1.1");
}

bool is_plain_closing(const beast::error_code& ec) {
  return ec == bh::error::end_of_stream || ec == asio::error::eof || ec == asio::error::connection_reset ||
         ec == asio::error::operation_aborted || ec == asio::error::bad_descriptor ||
         ec == bh::error::partial_message;
}

Wire to_wire(Response response, const Request& request, unsigned version, bool keep_alive) {
  Wire wire(static_cast<bh::status>(response.status), version);
  for (const auto& [name, value] : response.headers) {
    // A handler that echoes input into a header must not be able to split the response.
    if (value.find_first_of("\r\n") != std::string::npos) continue;
    wire.insert(name, value);
  }
  wire.set("X-Request-Id", request.id);
  wire.set(bh::field::date, format_http_date(SystemClock().now()));
  wire.keep_alive(keep_alive);
  if (response.events.target<WebSocket>() != nullptr) {
    wire.set(bh::field::connection, "Upgrade");
    return wire;
  }
  if (response.events) {
    wire.set(bh::field::content_type, "text/event-stream");
    wire.set(bh::field::cache_control, "no-store");
    wire.keep_alive(false);
    return wire;
  }
  if (response.source.read) {
    if (response.source.size_bytes)
      wire.content_length(*response.source.size_bytes);
    else if (version >= 11)
      wire.chunked(true);
    else
      wire.keep_alive(false);
    return wire;
  }
  const bool bodiless = response.status == 204 || response.status == 304 || response.status < 200;
  if (!bodiless) wire.content_length(response.body.size());
  if (request.method != Method::Head && !bodiless) wire.body() = std::move(response.body);
  return wire;
}

asio::awaitable<bool> write(Session& session, Wire wire) {
  session.stream.expires_after(std::chrono::milliseconds(session.hub.options.idle_timeout_ms));
  bh::response_serializer<bh::string_body> serializer(wire);
  const auto [ec, bytes] = co_await bh::async_write(session.stream, serializer, kToken);
  co_return !ec && wire.keep_alive();
}

asio::awaitable<bool> refuse(Session& session, Request request, Response response) {
  request.method = Method::Get;  // so that the body that says why is sent
  Wire wire = to_wire(std::move(response), request, 11, false);
  const bool again = co_await write(session, std::move(wire));
  // Take what the client is still sending, within bounds: a reset would destroy the answer before it is read.
  beast::error_code ignored;
  session.stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  session.stream.expires_after(std::chrono::seconds(2));
  std::array<char, 8192> sink{};
  const auto space = asio::buffer(sink);
  for (int i = 0; i < 512; ++i) {
    const auto [ec, bytes] = co_await session.stream.async_read_some(space, kToken);
    if (ec) break;
  }
  co_return again;
}

asio::awaitable<Response> answer(Session& session, std::shared_ptr<Job> job) {
  std::function<void()> task = [job, &router = session.hub.router] {
    job->response = router.dispatch(job->request);
  };
  const bool ran = co_await on_pool(session, session.hub.pool, std::move(task));
  if (!ran) co_return problem(job->request, 503, errors::kBusy.name, "the server is busy; try again shortly");
  co_return std::move(job->response);
}

void hand_over(Session& session, Wire wire, EventSource source) {
  const bool socket = source.target<WebSocket>() != nullptr;
  std::string head =
      "HTTP/1.1 " + std::to_string(wire.result_int()) + (socket ? " Switching Protocols\r\n" : " OK\r\n");
  for (const auto& field : wire)
    head.append(view(field.name_string())).append(": ").append(view(field.value())).append("\r\n");
  head += "\r\n";
  beast::error_code ec;
  const int fd = session.stream.socket().release(ec);
  if (ec)
    session.hub.event_streams.release();
  else
    session.hub.event_streams.run(fd, std::move(head), std::move(source));
}

asio::awaitable<beast::error_code> say_continue(Session& session, const Request& request) {
  if (request.header("expect") != "100-continue") co_return beast::error_code();
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  const auto bytes = asio::buffer(kContinue.data(), kContinue.size());
  const auto [ec, n] = co_await session.stream.async_write_some(bytes, kToken);
  co_return ec;
}

// A request before its body: what the route says of the sender, on the pool.
struct Opening {
  explicit Opening(Request r) : request(std::move(r)) {}
  Request request;
  std::optional<Response> refused;
  std::shared_ptr<BodySink> sink;
};

// Whether the sender of a large body may send it at all, asked before it is read. An answer means: refused.
asio::awaitable<std::optional<Response>> ask_before_body(Session& session, const Parser& parser,
                                                         Request& request) {
  const Router& router = session.hub.router;
  const auto length = parser.content_length();
  const bool large = !parser.is_done() && (!length || *length > kOpenBodyBytes);
  const bool asks = router.asks_before_body(request.method, request.path, large);
  if (!asks) co_return std::nullopt;
  const auto opening = std::make_shared<Opening>(request);
  std::function<void()> work = [opening, &router, large] {
    if (large) opening->refused = router.refuse_body(opening->request);
    if (!opening->refused) opening->sink = router.open_sink(opening->request);
  };
  const bool ran = co_await on_pool(session, session.hub.pool, std::move(work));
  if (!ran) co_return problem(request, 503, errors::kBusy.name, "the server is busy; try again shortly");
  request.sink = std::move(opening->sink);
  co_return std::move(opening->refused);
}

// Reads the body within the limit of the route, into the request or its sink.
asio::awaitable<beast::error_code> read_body(Session& session, Parser& parser, Request& request) {
  const size_t limit = session.hub.router.body_bytes_max(request.method, request.path);
  const auto length = parser.content_length();
  if (length && *length > limit) co_return make_error_code(bh::error::body_limit);
  parser.body_limit(limit);
  if (!parser.is_done()) {
    session.buffer.reserve(session.buffer.max_size());  // else Beast reads 512 bytes at a time
    session.stream.expires_after(std::chrono::milliseconds(session.hub.options.request_timeout_ms));
    const beast::error_code ec = co_await say_continue(session, request);
    if (ec) co_return ec;
  }
  if (request.sink) {
    StreamParser streaming(std::move(parser));
    streaming.body_limit(limit);
    co_return co_await receive_stream(session, streaming, request.sink);
  }
  if (!parser.is_done()) {
    const auto [ec, n] = co_await bh::async_read(session.stream, session.buffer, parser, kToken);
    if (ec) co_return ec;
  }
  request.body = std::move(parser.get().body());
  co_return beast::error_code();
}

// One request and its answer. False: the connection is to be closed.
asio::awaitable<bool> serve_one(Session& session) {
  Hub& hub = session.hub;
  Parser parser;
  parser.header_limit(kHeaderBytesMax);
  parser.body_limit(boost::none);
  session.stream.expires_after(std::chrono::milliseconds(hub.options.idle_timeout_ms));
  const auto [head_error, n] = co_await bh::async_read_header(session.stream, session.buffer, parser, kToken);
  Request request;
  request.id = hub.new_request_id();
  request.remote = session.remote;
  if (head_error) {
    const bool silent =
        is_plain_closing(head_error) || (head_error == beast::error::timeout && !parser.got_some());
    if (silent) co_return false;
    Response response = refusal(request, head_error);
    co_return co_await refuse(session, std::move(request), std::move(response));
  }
  session.answering = true;
  std::optional<Response> refused = take_head(parser, request);
  if (refused) co_return co_await refuse(session, std::move(request), std::move(*refused));
  const bool keep_alive = parser.get().keep_alive();
  const unsigned version = parser.get().version();
  refused = co_await ask_before_body(session, parser, request);
  if (refused) co_return co_await refuse(session, std::move(request), std::move(*refused));
  const beast::error_code body_error = co_await read_body(session, parser, request);
  const bool enough = body_error == beast::error_code(asio::error::no_buffer_space);  // said by the sink
  if (body_error && !enough) {
    if (is_plain_closing(body_error)) co_return false;
    Response response = refusal(request, body_error);
    co_return co_await refuse(session, std::move(request), std::move(response));
  }
  auto job = std::make_shared<Job>(std::move(request));
  Response response = co_await answer(session, job);
  if (enough) co_return co_await refuse(session, std::move(job->request), std::move(response));
  if (response.events && !hub.event_streams.reserve())
    response = problem(job->request, 503, errors::kBusy.name, "too many event streams are open");
  EventSource events = response.events;
  BodySource source = job->request.method == Method::Head ? BodySource() : response.source;
  Wire wire = to_wire(std::move(response), job->request, version, keep_alive && !hub.stopping);
  if (events) {
    hand_over(session, std::move(wire), std::move(events));
    co_return false;
  }
  bool again = false;
  if (source.read)
    again = co_await send_stream(session, std::move(wire), std::move(source));
  else
    again = co_await write(session, std::move(wire));
  session.answering = false;
  co_return again && !hub.stopping;
}

}  // namespace

Hub::Hub(Server::Options o, const Router& r, std::string prefix)
    : options(std::move(o)),
      router(r),
      pool(
          {.name = "http", .threads = options.handler_threads, .queue_length_max = options.queue_length_max}),
      body_pool({.name = "http-body",
                 .threads = std::max<size_t>(1, options.handler_threads / 2),
                 .queue_length_max = options.queue_length_max}),
      event_streams(options.event_streams_max),
      id_prefix(std::move(prefix)) {}

asio::awaitable<void> run_session(tcp::socket socket, Hub& hub) {
  Session session(std::move(socket), hub);
  session.buffer.max_size(kReadAheadBytesMax);
  beast::error_code ec;
  session.stream.socket().set_option(tcp::no_delay(true), ec);
  const tcp::endpoint peer = session.stream.socket().remote_endpoint(ec);
  if (ec) co_return;
  session.remote = peer.address().to_string();
  bool again = true;
  while (again) again = co_await serve_one(session);
  if (session.stream.socket().is_open()) session.stream.socket().shutdown(tcp::socket::shutdown_send, ec);
}

void close_sessions(Hub& hub, bool all) {
  for (Session* session : hub.sessions)
    if (all || !session->answering) session->stream.cancel();
}

}  // namespace xinglin::http::detail
