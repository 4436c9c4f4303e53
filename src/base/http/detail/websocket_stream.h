// A WebSocket after its handshake, on the thread of an event stream: what the handler says goes out, commands
// come in, pings keep the way open. Ends with the handler, the client, a broken frame, or `stopping`.
#pragma once

#include <atomic>

#include "base/http/websocket.h"

namespace xinglin::http::detail {

// `fd` stays open; whoever gave it closes it.
void serve_websocket(int fd, const WebSocket& socket, const std::atomic<bool>& stopping);
bool write_all(int fd, std::string_view text);

}  // namespace xinglin::http::detail
