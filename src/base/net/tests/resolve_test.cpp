#include "base/net/resolve.h"

#include <gtest/gtest.h>

namespace xinglin::net {
namespace {

TEST(ResolveTest, NumericAddressesGiveThemselves) {
  const auto found = resolve("::1", 80);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->front().str(), "[::1]:80");
}

TEST(ResolveTest, TheLoopbackNameHasALoopbackAddress) {
  const auto found = resolve("localhost", 443);
  ASSERT_TRUE(found.ok());
  for (const Endpoint& endpoint : *found) EXPECT_FALSE(is_public(endpoint)) << endpoint.str();
}

// Addresses of the IANA special-purpose registries and their neighbours.
TEST(ResolveTest, TellsTheOpenInternetFromTheNeighbourhood) {
  for (const char* address :
       {"8.8.8.8", "1.1.1.1", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.0",
        "192.167.255.255", "223.255.255.255", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"})
    EXPECT_TRUE(is_public({address, 443})) << address;
  for (const char* address : {"0.0.0.0",
                              "10.1.2.3",
                              "100.64.0.1",
                              "127.0.0.1",
                              "127.255.255.254",
                              "169.254.169.254",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.168.1.1",
                              "198.18.0.1",
                              "224.0.0.1",
                              "240.0.0.1",
                              "255.255.255.255",
                              "::",
                              "::1",
                              "fe80::1",
                              "fc00::1",
                              "fd12::1",
                              "ff02::1",
                              "::ffff:127.0.0.1",
                              "::ffff:10.0.0.1",
                              "::127.0.0.1",
                              "64:ff9b::7f00:1",
                              "2002:7f00:1::",
                              "2001:db8::1",
                              "2001::1",
                              "localhost",
                              "example.org",
                              ""})
    EXPECT_FALSE(is_public({address, 443})) << address;
}

}  // namespace
}  // namespace xinglin::net
