#include "base/net/resolve.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <memory>

#include "base/net/detail/address.h"

namespace xinglin::net {
namespace {

struct Range {
  uint32_t first;
  int bits;
};
constexpr uint32_t v4(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}
// IANA IPv4 Special-Purpose Address Registry: not globally reachable; and multicast and above.
constexpr Range kNotPublic[] = {{v4(0, 0, 0, 0), 8},      {v4(10, 0, 0, 0), 8},     {v4(100, 64, 0, 0), 10},
                                {v4(127, 0, 0, 0), 8},    {v4(169, 254, 0, 0), 16}, {v4(172, 16, 0, 0), 12},
                                {v4(192, 0, 0, 0), 24},   {v4(192, 0, 2, 0), 24},   {v4(192, 88, 99, 0), 24},
                                {v4(192, 168, 0, 0), 16}, {v4(198, 18, 0, 0), 15},  {v4(198, 51, 100, 0), 24},
                                {v4(203, 0, 113, 0), 24}, {v4(224, 0, 0, 0), 3}};

bool is_public_v4(uint32_t address) {
  for (const Range& range : kNotPublic)
    if ((address ^ range.first) >> (32 - range.bits) == 0) return false;
  return true;
}

uint32_t v4_at(const std::array<uint8_t, 16>& bytes, size_t at) {
  return v4(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]);
}

bool is_public_v6(const std::array<uint8_t, 16>& b) {
  static constexpr std::array<uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  static constexpr std::array<uint8_t, 12> kNat64{0, 0x64, 0xff, 0x9b};
  if (std::equal(kMapped.begin(), kMapped.end(), b.begin()) ||
      std::equal(kNat64.begin(), kNat64.end(), b.begin()))
    return is_public_v4(v4_at(b, 12));
  if (b[0] == 0x20 && b[1] == 0x02) return is_public_v4(v4_at(b, 2));  // 6to4
  if (b[0] == 0x20 && b[1] == 0x01 && b[2] < 0x02) return false;       // Teredo, ORCHID and the like
  if (b[0] == 0x20 && b[1] == 0x01 && b[2] == 0x0d && b[3] == 0xb8) return false;  // documentation
  return (b[0] & 0xe0) == 0x20;  // global unicast is 2000::/3
}

}  // namespace

Result<std::vector<Endpoint>> resolve(const std::string& host, uint16_t port) {
  if (detail::to_sockaddr({host, port})) return std::vector<Endpoint>{{host, port}};
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int failed = ::getaddrinfo(host.c_str(), nullptr, &hints, &found); failed != 0)
    return Error(kNoAddress, host + ": " + ::gai_strerror(failed));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);
  std::vector<Endpoint> out;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    if (one->ai_family != AF_INET && one->ai_family != AF_INET6) continue;
    detail::SocketAddress address;
    std::memcpy(&address.storage, one->ai_addr, one->ai_addrlen);
    address.length = one->ai_addrlen;
    Endpoint endpoint = detail::from_sockaddr(address);
    endpoint.port = port;
    out.push_back(std::move(endpoint));
  }
  if (out.empty()) return Error(kNoAddress, host + " has no address of IPv4 or IPv6");
  return out;
}

bool is_public(const Endpoint& endpoint) {
  in_addr four{};
  if (::inet_pton(AF_INET, endpoint.address.c_str(), &four) == 1) return is_public_v4(ntohl(four.s_addr));
  std::array<uint8_t, 16> six{};
  return ::inet_pton(AF_INET6, endpoint.address.c_str(), six.data()) == 1 && is_public_v6(six);
}

}  // namespace xinglin::net
