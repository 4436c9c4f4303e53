// WebSockets on the server (RFC 6455): a handler that speaks text, one message at a time. A route answers a
// request for an upgrade with websocket(); the connection then has a place and a thread of the event streams.
// Messages from the client are short commands: more than kWebSocketCommandBytes, binary data and fragments
// end the connection.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/http/http.h"

namespace xinglin::http {

inline constexpr size_t kWebSocketCommandBytes = 4096;

// Called on the thread of the connection only.
class WebSocketHandler {
public:
  virtual ~WebSocketHandler() = default;
  // The next message, "" when nothing came within the time, nullopt to close.
  virtual std::optional<std::string> next(int wait_ms) = 0;
  virtual void received(std::string_view text) = 0;
};

// The EventSource of such a connection.
struct WebSocket {
  std::shared_ptr<WebSocketHandler> handler;  // shared: an EventSource is copied
  std::optional<std::string> operator()(int wait_ms) const { return handler->next(wait_ms); }
};

// The answer to the handshake; 400 or 426 when the request is none.
Response websocket(const Request& request, std::shared_ptr<WebSocketHandler> handler);

}  // namespace xinglin::http
