#include "edge/web/security.h"

#include <algorithm>

namespace xinglin::web {
namespace {

constexpr std::string_view kReserved[] = {"/api",    "/fhir",    "/dicom-web", "/wado",
                                          "/viewer", "/healthz", "/readyz",    "/metrics",
                                          "/oauth",  "/.well-known"};

bool is_below(std::string_view path, std::string_view root) {
  return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// "[::1]:8080" -> "[::1]", "host:80" -> "host".
std::string_view without_port(std::string_view host) {
  const size_t bracket = host.rfind(']');
  const size_t colon = host.rfind(':');
  if (colon == std::string_view::npos || (bracket != std::string_view::npos && colon < bracket)) return host;
  const std::string_view port = host.substr(colon + 1);
  const bool digits = std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits ? host.substr(0, colon) : host;
}

bool has(const http::Response& response, std::string_view name) {
  const std::string wanted = lower(name);
  return std::any_of(response.headers.begin(), response.headers.end(),
                     [&](const auto& header) { return lower(header.first) == wanted; });
}

}  // namespace

bool is_host_allowed(std::string_view host, bool loopback_only, const std::vector<std::string>& allowed) {
  const std::string name = lower(without_port(host));
  if (name.empty()) return false;
  if (loopback_only) return name == "localhost" || name == "127.0.0.1" || name == "[::1]";
  if (allowed.empty()) return true;
  return std::any_of(allowed.begin(), allowed.end(),
                     [&](const std::string& one) { return lower(one) == name; });
}

void add_security_headers(http::Response& response, std::string_view path, bool https) {
  const auto add = [&response](std::string_view name, std::string_view value) {
    if (!has(response, name)) response.set(std::string(name), std::string(value));
  };
  add("Content-Security-Policy", kContentSecurityPolicy);
  add("X-Content-Type-Options", "nosniff");
  add("X-Frame-Options", "DENY");
  add("Referrer-Policy", "no-referrer");
  add("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()");
  add("Cross-Origin-Opener-Policy", "same-origin");
  add("Cross-Origin-Resource-Policy", "same-origin");
  if (https) add("Strict-Transport-Security", "max-age=31536000");
  if (is_reserved_path(path) && !is_below(path, "/viewer")) add("Cache-Control", "no-store");
}

bool is_reserved_path(std::string_view path) {
  return std::any_of(std::begin(kReserved), std::end(kReserved),
                     [path](std::string_view root) { return is_below(path, root); });
}

}  // namespace xinglin::web
