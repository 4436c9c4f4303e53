// From a host name to addresses, and which addresses are of the open Internet: what a server may connect to
// when somebody else names the address must not be the server itself or its neighbours (RFC 1918, 3927, 4193,
// 6598, 6890). resolve() blocks; any thread.
#pragma once

#include <string>
#include <vector>

#include "base/net/socket.h"

namespace xinglin::net {

inline constexpr ErrorCode kNoAddress{"net.no-address", ErrorKind::Io, "the host name has no address"};

// A numeric address gives itself.
Result<std::vector<Endpoint>> resolve(const std::string& host, uint16_t port);
// False for loopback, private, link-local, shared, multicast, reserved and unspecified addresses, also inside
// of IPv6 forms of IPv4 addresses; false for what is not numeric.
bool is_public(const Endpoint& endpoint);

}  // namespace xinglin::net
