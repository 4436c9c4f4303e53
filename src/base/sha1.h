// SHA-1, for the one thing it is still asked for: the handshake of WebSockets (RFC 6455 4.2.2), where it
// protects nothing. Anything else uses base/digest.h. Stateless; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace xinglin {

std::array<uint8_t, 20> sha1(std::string_view text);

}  // namespace xinglin
