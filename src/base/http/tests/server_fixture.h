// A server on a free port of the loopback interface, and a raw socket to it.
#pragma once

#include <gtest/gtest.h>

#include "base/digest.h"
#include "base/http/http.h"

namespace xinglin::http {

class ServerFixture : public testing::Test {
protected:
  void start(Server::Options options = {}) {
    options.endpoint = {"127.0.0.1", 0};
    auto started = Server::start(options, router);
    ASSERT_TRUE(started.ok()) << started.error().message();
    server = std::move(*started);
  }
  Client client() const { return Client(server->endpoint()); }
  net::Stream connect() const {
    auto stream = net::Stream::connect(server->endpoint(), 5000);
    EXPECT_TRUE(stream.ok());
    stream->set_timeouts(10'000, 10'000);
    return std::move(*stream);
  }
  static void send(net::Stream& stream, std::string_view text) {
    ASSERT_TRUE(stream.write_all(as_bytes(text)).ok());
  }
  // Everything until the server closes.
  static std::string read_all(net::Stream& stream) {
    std::string out;
    uint8_t bytes[4096];
    while (true) {
      const auto n = stream.read_some(bytes);
      if (!n) return out;
      out.append(as_text({bytes, *n}));
    }
  }
  static std::string read_until(net::Stream& stream, std::string_view wanted) {
    std::string out;
    uint8_t byte[1];
    while (!out.ends_with(wanted)) {
      const auto n = stream.read_some(byte);
      if (!n) return out + "<closed>";
      out.push_back(static_cast<char>(byte[0]));
    }
    return out;
  }

  Router router;
  std::unique_ptr<Server> server;
};

}  // namespace xinglin::http
