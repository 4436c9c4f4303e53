// One HTTP connection: reads requests, runs each on the handler pool, writes the answers. The only coroutines
// of the house live in session.cpp and server.cpp; all of them run on the server's one I/O thread, so a Hub
// needs no lock.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <list>
#include <string>

#include "base/http/detail/event_streams.h"
#include "base/http/http.h"
#include "base/pool.h"
#include "base/time.h"

namespace xinglin::http::detail {

struct Session;

// What all connections of a server share.
struct Hub {
  Hub(Server::Options o, const Router& r, std::string prefix);
  std::string new_request_id() { return id_prefix + std::to_string(++requests); }

  const Server::Options options;
  const Router& router;
  Pool pool;
  Pool body_pool;  // what sinks do: they may wait for a disk, and nobody else shall wait with them
  EventStreams event_streams;
  const std::string id_prefix;
  uint64_t requests = 0;
  bool stopping = false;
  std::list<Session*> sessions;  // those alive
};

boost::asio::awaitable<void> run_session(boost::asio::ip::tcp::socket socket, Hub& hub);
// Closes what waits for a request; with `all` also what is being answered.
void close_sessions(Hub& hub, bool all);

}  // namespace xinglin::http::detail
