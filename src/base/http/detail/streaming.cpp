// The rule about co_await of session.cpp holds here too: every awaitable is made from named objects.
#include "base/http/detail/streaming.h"

#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <vector>

#include "base/log.h"

namespace xinglin::http::detail {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bh = boost::beast::http;

namespace {

constexpr size_t kPieceBytes = 256 * 1024;
constexpr int kPatienceTurns = 1000;
constexpr auto kPatienceTurn = std::chrono::milliseconds(10);

// `done` is cancelled on the I/O thread when the work has been done.
struct Turn {
  explicit Turn(asio::any_io_executor executor) : done(std::move(executor)) {
    done.expires_at(std::chrono::steady_clock::time_point::max());
  }
  bool finished = false;
  asio::steady_timer done;
};

struct Piece {
  std::vector<uint8_t> bytes = std::vector<uint8_t>(kPieceBytes);
  size_t used = 0;
  bool good = true;
};

// In the midst of a body nobody can be told to come back later: a full pool is waited for.
asio::awaitable<bool> on_pool_patiently(Session& session, Pool& pool, std::function<void()> work) {
  for (int i = 0; i < kPatienceTurns; ++i) {
    const bool ran = co_await on_pool(session, pool, work);
    if (ran) co_return true;
    asio::steady_timer pause(session.stream.get_executor(), kPatienceTurn);
    const auto woken = co_await pause.async_wait(kToken);
    static_cast<void>(woken);
  }
  co_return false;
}

void fill(Piece& piece, const BodySource& source) {
  try {
    const Result<size_t> made = source.read(piece.bytes);
    piece.good = made.ok();
    piece.used = made ? *made : 0;
    if (!made) log::error("http.body-failed", {{"why", made.error().message()}});
  } catch (const std::exception& e) {
    piece.good = false;
    log::error("http.body-failed", {{"what", e.what()}});
  }
}

}  // namespace

asio::awaitable<bool> on_pool(Session& session, Pool& pool, std::function<void()> work) {
  const auto turn = std::make_shared<Turn>(session.stream.get_executor());
  std::function<void()> task = [turn, work = std::move(work), executor = session.stream.get_executor()] {
    work();
    asio::post(executor, [turn] {
      turn->finished = true;
      turn->done.cancel();
    });
  };
  const Result<void> posted = pool.post(std::move(task));
  if (!posted) co_return false;
  session.stream.expires_never();
  while (!turn->finished) {
    const auto woken = co_await turn->done.async_wait(kToken);
    static_cast<void>(woken);
  }
  co_return true;
}

asio::awaitable<beast::error_code> receive_stream(Session& session, StreamParser& parser,
                                                  std::shared_ptr<BodySink> sink) {
  const auto piece = std::make_shared<Piece>();
  const auto patience = std::chrono::milliseconds(session.hub.options.request_timeout_ms);
  const std::function<void()> take = [piece, sink] {
    piece->good = sink->write(std::span(piece->bytes).first(piece->used));
  };
  while (!parser.is_done()) {
    parser.get().body().data = piece->bytes.data();
    parser.get().body().size = piece->bytes.size();
    session.stream.expires_after(patience);
    const auto [ec, n] = co_await bh::async_read(session.stream, session.buffer, parser, kToken);
    if (ec && ec != bh::error::need_buffer) co_return ec;
    piece->used = piece->bytes.size() - parser.get().body().size;
    if (piece->used == 0) continue;
    std::function<void()> work = take;
    const bool ran = co_await on_pool_patiently(session, session.hub.body_pool, std::move(work));
    if (!ran) co_return beast::error_code(beast::error::timeout);
    if (!piece->good) co_return beast::error_code(asio::error::no_buffer_space);
  }
  co_return beast::error_code();
}

asio::awaitable<bool> send_stream(Session& session, Wire head, BodySource source) {
  const auto patience = std::chrono::milliseconds(session.hub.options.idle_timeout_ms);
  const bool keep_alive = head.keep_alive();
  bh::response<bh::buffer_body> wire;
  wire.base() = std::move(head.base());
  wire.body().data = nullptr;
  wire.body().more = true;
  bh::response_serializer<bh::buffer_body> serializer(wire);
  session.stream.expires_after(patience);
  const auto [head_error, head_bytes] = co_await bh::async_write_header(session.stream, serializer, kToken);
  if (head_error) co_return false;
  const auto piece = std::make_shared<Piece>();
  const auto shared = std::make_shared<BodySource>(std::move(source));
  uint64_t sent = 0;
  while (true) {
    std::function<void()> work = [piece, shared] { fill(*piece, *shared); };
    const bool ran = co_await on_pool_patiently(session, session.hub.pool, std::move(work));
    sent += piece->used;
    const bool over = shared->size_bytes && sent > *shared->size_bytes;
    const bool cut = shared->size_bytes && piece->used == 0 && sent != *shared->size_bytes;
    if (!ran || !piece->good || over || cut) co_return false;
    wire.body().data = piece->used == 0 ? nullptr : piece->bytes.data();
    wire.body().size = piece->used;
    wire.body().more = piece->used != 0;
    session.stream.expires_after(patience);
    const auto [ec, n] = co_await bh::async_write(session.stream, serializer, kToken);
    if (ec && ec != bh::error::need_buffer) co_return false;
    if (piece->used == 0) break;
  }
  co_return keep_alive;
}

}  // namespace xinglin::http::detail
