#include "base/http/outbound.h"

#include <algorithm>
#include <charconv>

#include "base/digest.h"
#include "base/http/detail/exchange.h"
#include "base/net/resolve.h"
#include "base/net/web_tls.h"

namespace xinglin::http {
namespace {

constexpr size_t kUrlBytesMax = 4096;

Error bad_url(std::string_view why) {
  return {kBadUrl, "the address is not usable: " + std::string(why)};
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return out;
}

// Host and port of an authority without user information.
Result<void> read_authority(std::string_view text, Url& out) {
  if (text.find('@') != std::string_view::npos) return bad_url("it names a user");
  std::string_view port;
  if (text.starts_with('[')) {
    const size_t end = text.find(']');
    if (end == std::string_view::npos) return bad_url("a bracket is not closed");
    out.host = lower(text.substr(1, end - 1));
    if (out.host.find_first_not_of("0123456789abcdef:.") != std::string::npos) return bad_url("its host");
    text.remove_prefix(end + 1);
    if (!text.empty() && text.front() != ':') return bad_url("its port");
    if (!text.empty()) port = text.substr(1);
  } else {
    const size_t colon = std::min(text.find(':'), text.size());
    out.host = lower(text.substr(0, colon));
    if (!std::all_of(out.host.begin(), out.host.end(), is_host_character)) return bad_url("its host");
    if (colon < text.size()) port = text.substr(colon + 1);
  }
  if (out.host.empty()) return bad_url("it has no host");
  out.port = out.scheme == "https" ? 443 : 80;
  if (port.empty()) return {};
  const auto [end, ec] = std::from_chars(port.data(), port.data() + port.size(), out.port);
  if (ec != std::errc() || end != port.data() + port.size() || out.port == 0) return bad_url("its port");
  return {};
}

Error not_https(const Url& url) {
  return {kForbiddenUrl, url.origin() + " is not https; an administrator can name it (outbound.origins)"};
}
Error inside(const Url& url) {
  return {kForbiddenUrl, url.origin() +
                             " leads to an address inside the house; an administrator can name it "
                             "(outbound.origins)"};
}

bool contains_colon(const std::string& host) {
  return host.find(':') != std::string::npos;
}

}  // namespace

std::string Url::origin() const {
  const bool usual = port == (scheme == "https" ? 443 : 80);
  return scheme + "://" + (contains_colon(host) ? "[" + host + "]" : host) +
         (usual ? "" : ":" + std::to_string(port));
}

Result<Url> parse_url(std::string_view text) {
  if (text.size() > kUrlBytesMax) return bad_url("it is too long");
  for (const char c : text)
    if (c <= ' ' || c > '~' || c == '\\' || c == '"' || c == '<' || c == '>')
      return bad_url("it has characters that must be escaped");
  Url out;
  const size_t end = text.find("://");
  out.scheme = lower(text.substr(0, std::min(end, text.size())));
  if (end == std::string_view::npos || (out.scheme != "http" && out.scheme != "https"))
    return bad_url("it is not of http or https");
  text.remove_prefix(end + 3);
  if (text.find('#') != std::string_view::npos) return bad_url("it has a fragment");
  const size_t path = std::min(text.find_first_of("/?"), text.size());
  XL_CHECK(read_authority(text.substr(0, path), out));
  out.target = text.substr(path);
  if (!out.target.starts_with('/')) out.target.insert(0, "/");
  return out;
}

bool Outbound::is_named(const Url& url) const {
  for (const std::string& named : options_.origins) {
    const auto parsed = parse_url(named);
    if (parsed && parsed->origin() == url.origin()) return true;
  }
  return false;
}

Result<net::Endpoint> Outbound::address_of(const Url& url) const {
  const bool named = is_named(url);
  if (!named && url.scheme != "https") return not_https(url);
  XL_TRY(const std::vector<net::Endpoint> found, net::resolve(url.host, url.port));
  if (!named && !std::all_of(found.begin(), found.end(), net::is_public)) return inside(url);
  return found.front();
}

Result<void> Outbound::admit_name(std::string_view url) const {
  XL_TRY(const Url parsed, parse_url(url));
  if (is_named(parsed)) return {};
  if (parsed.scheme != "https") return not_https(parsed);
  const bool numeric =
      parsed.host.find_first_not_of("0123456789.") == std::string::npos || contains_colon(parsed.host);
  const bool local = parsed.host == "localhost" || parsed.host.ends_with(".localhost");
  if (local || (numeric && !net::is_public({parsed.host, parsed.port}))) return inside(parsed);
  return {};
}

Result<void> Outbound::admit(std::string_view url) const {
  XL_TRY(const Url parsed, parse_url(url));
  XL_CHECK(address_of(parsed));
  return {};
}

Result<std::shared_ptr<const net::TlsContext>> Outbound::tls_of(const std::string& host) const {
  {
    const std::lock_guard lock(mutex_);
    const auto known = contexts_.find(host);
    if (known != contexts_.end()) return known->second;
  }
  XL_TRY(auto made, net::web_client(options_.authorities, host));
  const std::lock_guard lock(mutex_);
  constexpr size_t kKept = 64;
  if (contexts_.size() >= kKept) contexts_.clear();
  contexts_[host] = made;
  return made;
}

Result<net::Stream> Outbound::connect(const Url& url) const {
  XL_TRY(const net::Endpoint address, address_of(url));
  XL_TRY(net::Stream stream, net::Stream::connect(address, options_.timeout_ms));
  if (url.scheme == "https") {
    XL_TRY(auto context, tls_of(url.host));
    XL_CHECK(stream.start_tls(std::move(context), options_.timeout_ms));
  }
  stream.set_timeouts(options_.timeout_ms, options_.timeout_ms);
  return stream;
}

Result<ClientResponse> Outbound::send(Method method, std::string_view url, std::string_view body,
                                      const std::vector<std::pair<std::string, std::string>>& headers) const {
  XL_TRY(const Url parsed, parse_url(url));
  XL_TRY(net::Stream stream, connect(parsed));
  ClientResponse out;
  const std::string host = parsed.origin().substr(parsed.scheme.size() + 3);
  XL_CHECK(detail::exchange(stream, {method, parsed.target, host, body, headers, options_.send_us}, out,
                            [&](std::span<const uint8_t> bytes) -> Result<void> {
                              if (out.body.size() + bytes.size() > options_.answer_bytes_max)
                                return Error(errors::kTooLarge, "the answer is too large");
                              out.body.append(as_text(bytes));
                              return {};
                            }));
  return out;
}

Result<void> Outbound::fetch(std::string_view url,
                             const std::function<Result<void>(std::span<const uint8_t>)>& take) const {
  XL_TRY(const Url parsed, parse_url(url));
  XL_TRY(net::Stream stream, connect(parsed));
  ClientResponse answer;
  const auto refused = [&]() -> Result<void> {
    return Error(answer.status >= 500 ? errors::kIo : errors::kInvalid,
                 parsed.origin() + " answered " + std::to_string(answer.status));
  };
  const std::string host = parsed.origin().substr(parsed.scheme.size() + 3);
  const std::vector<std::pair<std::string, std::string>> headers{{"Accept", "application/fhir+ndjson, */*"}};
  XL_CHECK(detail::exchange(stream, {Method::Get, parsed.target, host, {}, headers, options_.fetch_us},
                            answer, [&](std::span<const uint8_t> bytes) -> Result<void> {
                              return answer.status == 200 ? take(bytes) : refused();
                            }));
  return answer.status == 200 ? Result<void>() : refused();
}

}  // namespace xinglin::http
