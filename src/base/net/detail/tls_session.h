// One TLS connection over a socket. Private to base/net.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <span>
#include <string>

#include "base/net/tls.h"

namespace xinglin::net {

struct TlsContext::Impl {
  struct Free {
    void operator()(SSL_CTX* owned) const { SSL_CTX_free(owned); }
  };
  std::unique_ptr<SSL_CTX, Free> context;
  bool server = false;
  std::string host = {};  // of a client: whose certificate it must be, "" for any
};

class TlsSession {
public:
  // The handshake, within the time-outs of the socket. `context` is kept while the session lives.
  static Result<std::unique_ptr<TlsSession>> begin(std::shared_ptr<const TlsContext> context, int fd);
  Result<size_t> read_some(std::span<uint8_t> out);
  Result<void> write_all(std::span<const uint8_t> bytes);
  bool readable();  // application data is there, or the end
  void close();     // tells the other side, without waiting

private:
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  std::shared_ptr<const TlsContext> context_;  // shared: connections outlive a reload of the options
  std::unique_ptr<SSL, Free> ssl_;
  bool broken_ = false;
};

}  // namespace xinglin::net
