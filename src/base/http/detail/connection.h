// What one connection keeps while it lives; shared by session.cpp (one request and its answer) and
// streaming.cpp (bodies that are made or taken piece by piece). Used on the server's one I/O thread only.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <list>
#include <string>

#include "base/http/detail/session.h"

namespace xinglin::http::detail {

inline constexpr auto kToken = boost::asio::as_tuple(boost::asio::use_awaitable);
using Wire = boost::beast::http::response<boost::beast::http::string_body>;
using StreamParser = boost::beast::http::request_parser<boost::beast::http::buffer_body>;

struct Session {
  Session(boost::asio::ip::tcp::socket socket, Hub& h) : stream(std::move(socket)), hub(h) {
    place = hub.sessions.insert(hub.sessions.end(), this);
  }
  ~Session() { hub.sessions.erase(place); }
  Session(const Session&) = delete;

  boost::beast::tcp_stream stream;
  Hub& hub;
  boost::beast::flat_buffer buffer;
  std::string remote;
  bool answering = false;  // a whole request head was read, its answer is not yet written
  std::list<Session*>::iterator place;
};

}  // namespace xinglin::http::detail
