// Bodies piece by piece: a piece is made or taken on the handler pool while the I/O thread serves others, so
// a slow client holds one piece of memory and no thread. See http.h BodySource and BodySink.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>

#include "base/http/detail/connection.h"

namespace xinglin::http::detail {

// Runs `work` on a pool of the hub and resumes on the I/O thread. False: the pool is full and it was not run.
boost::asio::awaitable<bool> on_pool(Session& session, Pool& pool, std::function<void()> work);
// Feeds the sink. no_buffer_space: the sink has read enough.
boost::asio::awaitable<boost::beast::error_code> receive_stream(Session& session, StreamParser& parser,
                                                                std::shared_ptr<BodySink> sink);
// True: the connection may be used again.
boost::asio::awaitable<bool> send_stream(Session& session, Wire head, BodySource source);

}  // namespace xinglin::http::detail
