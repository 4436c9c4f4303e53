// Requests to addresses that somebody else has named: webhooks, files to import. Such an address must not
// lead into the house: only https to hosts of the open Internet is allowed, and whatever origins the
// administrator names. The address that was checked is the one connected to, so a name that changes its mind
// in between gains nothing; redirects are not followed. Certificates are checked, by name. Blocking, with
// limits on time and size; thread-safe. OWASP: server-side request forgery; RFC 3986 (URLs), RFC 9112.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/http/http.h"

namespace xinglin::http {

inline constexpr ErrorCode kBadUrl{"http.bad-url", ErrorKind::Invalid,
                                   "the address is not a URL of http or https"};
inline constexpr ErrorCode kForbiddenUrl{"http.forbidden-url", ErrorKind::Denied,
                                         "this server may not connect to that address"};

struct Url {
  std::string scheme, host;  // lower case; the host without brackets
  uint16_t port = 0;
  std::string target;          // path and query, at least "/"
  std::string origin() const;  // "https://host" or "https://host:8443"
};
// No user information, no fragment, no control characters.
Result<Url> parse_url(std::string_view text);

class Outbound {
public:
  struct Options {
    std::vector<std::string> origins;  // named by the administrator: "http://127.0.0.1:9000"
    std::string authorities = "/etc/ssl/certs/ca-certificates.crt";
    int timeout_ms = 10'000;              // for each step: connect, handshake, a part of the answer
    int64_t send_us = 30 * kSecondUs;     // for the whole answer of send()
    int64_t fetch_us = 9 * kMinuteUs;     // and of fetch()
    size_t answer_bytes_max = 256 << 10;  // of send()
  };
  explicit Outbound(Options options) : options_(std::move(options)) {}

  // Whether the address may be asked at all, and has one that may be connected to. kBadUrl, kForbiddenUrl.
  Result<void> admit(std::string_view url) const;
  // The same as far as it can be told without asking anybody for the address of a name: at once, for those
  // who must not wait.
  Result<void> admit_name(std::string_view url) const;
  Result<ClientResponse> send(Method method, std::string_view url, std::string_view body,
                              const std::vector<std::pair<std::string, std::string>>& headers) const;
  // The body of a GET that answers 200, piece by piece.
  Result<void> fetch(std::string_view url,
                     const std::function<Result<void>(std::span<const uint8_t>)>& take) const;

private:
  bool is_named(const Url& url) const;
  Result<net::Endpoint> address_of(const Url& url) const;
  Result<net::Stream> connect(const Url& url) const;
  Result<std::shared_ptr<const net::TlsContext>> tls_of(const std::string& host) const;
  const Options options_;
  mutable std::mutex mutex_;  // guards contexts_
  // Shared with the connections made by them.
  mutable std::map<std::string, std::shared_ptr<const net::TlsContext>> contexts_;
};

}  // namespace xinglin::http
