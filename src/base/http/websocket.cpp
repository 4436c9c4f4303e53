#include "base/http/websocket.h"

#include <algorithm>

#include "base/digest.h"
#include "base/sha1.h"

namespace xinglin::http {
namespace {

constexpr std::string_view kMagic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455 1.3

bool names(std::string_view list, std::string_view wanted) {
  while (!list.empty()) {
    const size_t end = std::min(list.find(','), list.size());
    std::string_view one = list.substr(0, end);
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    const bool same =
        one.size() == wanted.size() && std::equal(one.begin(), one.end(), wanted.begin(),
                                                  [](char a, char b) { return (a | 0x20) == (b | 0x20); });
    if (same) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

}  // namespace

Response websocket(const Request& request, std::shared_ptr<WebSocketHandler> handler) {
  const std::string_view key = request.header("sec-websocket-key");
  const auto bytes = from_base64(key);
  const bool asked =
      names(request.header("upgrade"), "websocket") && names(request.header("connection"), "upgrade");
  if (!asked || request.header("sec-websocket-version") != "13") {
    Response out =
        problem(request, 426, "http.upgrade-required", "this address speaks WebSocket version 13 only");
    out.set("Upgrade", "websocket").set("Sec-WebSocket-Version", "13");
    return out;
  }
  if (!bytes || bytes->size() != 16)
    return problem(request, 400, "http.bad-handshake", "Sec-WebSocket-Key is not 16 bytes in base64");
  Response out{.status = 101};
  out.set("Upgrade", "websocket").set("Connection", "Upgrade");
  out.set("Sec-WebSocket-Accept", to_base64(sha1(std::string(key).append(kMagic))));
  out.events = WebSocket{std::move(handler)};
  return out;
}

}  // namespace xinglin::http
