#include "base/net/tls.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "base/net/detail/address.h"
#include "base/net/detail/tls_session.h"
#include "base/net/socket.h"
#include "base/net/web_tls.h"

namespace xinglin::net {

namespace {

constexpr const char* kCiphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
    "DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384";

std::string last_reason() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "the connection ended";
  const char* reason = ERR_reason_error_string(code);
  return reason == nullptr ? "unknown" : reason;
}

Error unusable(const std::string& file) {
  return {kTlsConfiguration, file + " cannot be used: " + last_reason()};
}

Result<void> load(SSL_CTX* context, const TlsContext::Files& files) {
  if (!files.certificate.empty()) {
    if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1)
      return unusable(files.certificate);
    if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1)
      return unusable(files.key);
  }
  if (files.authorities.empty()) return {};
  if (SSL_CTX_load_verify_locations(context, files.authorities.c_str(), nullptr) != 1)
    return unusable(files.authorities);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  return {};
}

// The name is sent along and compared with that of the certificate.
bool expect_host(SSL* ssl, const std::string& host) {
  if (detail::to_sockaddr({host, 0}))
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1;
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set_tlsext_host_name(ssl, host.c_str()) == 1 && SSL_set1_host(ssl, host.c_str()) == 1;
}

Result<std::shared_ptr<const TlsContext>> make(const TlsContext::Files& files, bool server,
                                               const std::string& host = {}) {
  // OpenSSL writes to sockets without MSG_NOSIGNAL.
  std::signal(SIGPIPE, SIG_IGN);
  auto impl = std::make_unique<TlsContext::Impl>();
  impl->server = server;
  impl->host = host;
  impl->context.reset(SSL_CTX_new(server ? TLS_server_method() : TLS_client_method()));
  SSL_CTX* context = impl->context.get();
  if (context == nullptr || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_cipher_list(context, kCiphers) != 1)
    return unusable("TLS");
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_dh_auto(context, 1);
  XL_CHECK(load(context, files));
  return std::shared_ptr<const TlsContext>(std::make_shared<TlsContext>(std::move(impl)));
}

}  // namespace

TlsContext::TlsContext(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TlsContext::~TlsContext() = default;

Result<std::shared_ptr<const TlsContext>> TlsContext::server(const Files& files) {
  if (files.certificate.empty() || files.key.empty())
    return Error(kTlsConfiguration, "a TLS server needs a certificate and its key");
  return make(files, true);
}

Result<std::shared_ptr<const TlsContext>> TlsContext::client(const Files& files) {
  if (files.authorities.empty())
    return Error(kTlsConfiguration, "to connect over TLS the certificates of authorities must be given");
  return make(files, false);
}

Result<std::shared_ptr<const TlsContext>> web_client(const std::string& authorities,
                                                     const std::string& host) {
  if (authorities.empty() || host.empty())
    return Error(kTlsConfiguration, "to connect to a host of the web its name and authorities must be given");
  return make({.certificate = {}, .key = {}, .authorities = authorities}, false, host);
}

Result<std::unique_ptr<TlsSession>> TlsSession::begin(std::shared_ptr<const TlsContext> context, int fd) {
  auto out = std::make_unique<TlsSession>();
  out->context_ = std::move(context);
  out->ssl_.reset(SSL_new(out->context_->impl().context.get()));
  SSL* ssl = out->ssl_.get();
  if (ssl == nullptr || SSL_set_fd(ssl, fd) != 1) return Error(kTlsHandshake, last_reason());
  const std::string& host = out->context_->impl().host;
  if (!host.empty() && !expect_host(ssl, host)) return Error(kTlsHandshake, last_reason());
  const int done = out->context_->impl().server ? SSL_accept(ssl) : SSL_connect(ssl);
  if (done == 1) return out;
  const int why = SSL_get_error(ssl, done);
  out->broken_ = true;
  if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE)
    return Error(kTimedOut, "the TLS handshake took too long");
  return Error(kTlsHandshake, last_reason());
}

Result<size_t> TlsSession::read_some(std::span<uint8_t> out) {
  size_t got = 0;
  errno = 0;
  if (SSL_read_ex(ssl_.get(), out.data(), out.size(), &got) == 1) return got;
  switch (SSL_get_error(ssl_.get(), 0)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return Error(kTimedOut);
    case SSL_ERROR_ZERO_RETURN:
      return Error(kClosed);
    default:
      broken_ = true;
      return Error(kReset, "the TLS connection broke: " + last_reason());
  }
}

Result<void> TlsSession::write_all(std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    size_t sent = 0;
    if (SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent) == 1) {
      bytes = bytes.subspan(sent);
      continue;
    }
    const int why = SSL_get_error(ssl_.get(), 0);
    broken_ = true;  // a record may be half sent
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return Error(kTimedOut);
    return Error(kReset, "the TLS connection broke: " + last_reason());
  }
  return {};
}

// What has arrived may be a record of TLS itself, so a look inside decides.
bool TlsSession::readable() {
  uint8_t one = 0;
  size_t got = 0;
  if (SSL_peek_ex(ssl_.get(), &one, 1, &got) == 1) return true;
  const int why = SSL_get_error(ssl_.get(), 0);
  return why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE;
}

void TlsSession::close() {
  if (!broken_) SSL_shutdown(ssl_.get());
  broken_ = true;
  ERR_clear_error();
}

}  // namespace xinglin::net
