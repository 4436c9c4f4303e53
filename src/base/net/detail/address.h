// Endpoint to and from the kernel's address form.
#pragma once

#include <sys/socket.h>

#include <optional>

#include "base/net/socket.h"

namespace xinglin::net::detail {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;
};

std::optional<SocketAddress> to_sockaddr(const Endpoint& endpoint);
Endpoint from_sockaddr(const SocketAddress& address);

}  // namespace xinglin::net::detail
