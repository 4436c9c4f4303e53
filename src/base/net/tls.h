// TLS for streams: certificates and keys loaded once, then used by any number of connections. TLS 1.2 and 1.3
// with forward secrecy and authenticated encryption only (BCP 195, RFC 9325; DICOM PS3.15 B.12). The other
// side is checked against the authorities that are given: always when we connect, and when a server names
// authorities for its clients. Names are not compared, as DICOM peers are known by address. Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace xinglin::net {

inline constexpr ErrorCode kTlsConfiguration{"net.tls-configuration", ErrorKind::Invalid,
                                             "a certificate or key cannot be used"};
inline constexpr ErrorCode kTlsHandshake{"net.tls-handshake", ErrorKind::Unauthenticated,
                                         "no TLS connection could be agreed"};

class TlsContext {
public:
  struct Files {                   // PEM
    std::string certificate, key;  // a chain, our own certificate first; may be empty for a client
    std::string authorities;       // of the other side; "" for a server: clients need no certificate
  };
  static Result<std::shared_ptr<const TlsContext>> server(const Files& files);
  static Result<std::shared_ptr<const TlsContext>> client(const Files& files);  // needs `authorities`

  struct Impl;
  explicit TlsContext(std::unique_ptr<Impl> impl);
  ~TlsContext();
  const Impl& impl() const { return *impl_; }

private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace xinglin::net
