#include "edge/web/static_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>

#include "edge/web/detail/routes.h"
#include "edge/web/errors.h"
#include "edge/web/security.h"

namespace xinglin::web {
namespace {

struct MediaType {
  std::string_view extension, type;
};
constexpr MediaType kMediaTypes[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".map", "application/json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".wasm", "application/wasm"},
    {".txt", "text/plain; charset=utf-8"},
    {".pdf", "application/pdf"},
};

constexpr std::string_view kNotBuilt =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Xinglin</title><body><h1>Xinglin is "
    "running</h1>"
    "<p>The pages were not built. Build them with <code>npm ci &amp;&amp; npm run build</code> in "
    "<code>ui/</code>, "
    "or start with <code>./run</code>, which does it.</p><p>网页尚未构建：请在 <code>ui/</code> 目录运行 "
    "<code>npm ci &amp;&amp; npm run build</code>，或使用 <code>./run</code> 启动。</p>"
    "<p>The API answers at <a href=\"/api/openapi.json\">/api/openapi.json</a>.</p></body></html>";

constexpr std::string_view kNoViewer =
    "the image viewer is not made ready: run npm ci in tools/viewer and then tools/viewer/package";

// Pixels are decoded in WebAssembly by workers, drawn from blobs, and styles are set from scripts.
constexpr std::string_view kViewerPolicy =
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; style-src 'self' "
    "'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";
constexpr std::string_view kViewerWorkerPolicy =
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' 'unsafe-eval'; object-src 'none'; base-uri "
    "'none'; "
    "form-action 'none'; frame-ancestors 'none'";

struct FileState {
  size_t size_bytes = 0;
  std::string etag;  // from size and time of change: a rebuild changes both
};

std::optional<FileState> state_of(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  const auto size = static_cast<size_t>(info.st_size);
  if (size > StaticFiles::kFileBytesMax) return std::nullopt;
  return FileState{size, "\"" + std::to_string(size) + "-" + std::to_string(info.st_mtim.tv_sec) + "-" +
                             std::to_string(info.st_mtim.tv_nsec) + "\""};
}

std::optional<std::string> read_file(const std::string& path, size_t size_bytes) {
  std::ifstream file(path, std::ios::binary);
  std::string out(size_bytes, '\0');
  if (!file.read(out.data(), static_cast<std::streamsize>(size_bytes))) return std::nullopt;
  return out;
}

std::string_view extension_of(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(dot);
}

const MediaType* media_type_named(std::string_view extension) {
  for (const MediaType& known : kMediaTypes)
    if (known.extension == extension) return &known;
  return nullptr;
}

// A path of the pages may hold identifiers with dots (a UID, "a.b"): only what ends like a file we serve,
// begins with a dot or lies below assets/ is asked for as a file.
bool is_file_path(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return path.starts_with("assets/") || name.starts_with('.') ||
         media_type_named(extension_of(path)) != nullptr;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool matches(std::string_view if_none_match, std::string_view etag) {
  while (!if_none_match.empty()) {
    const size_t end = std::min(if_none_match.find(','), if_none_match.size());
    std::string_view one = trim(if_none_match.substr(0, end));
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == etag || one == "*") return true;
    if_none_match.remove_prefix(std::min(end + 1, if_none_match.size()));
  }
  return false;
}

// What is at `relative_path` below `directory`; a name that holds a digest of the content is kept forever.
http::Response send(const http::Request& request, const std::string& directory,
                    const std::string& relative_path, bool hashed) {
  const std::string plain = directory + "/" + relative_path;
  std::optional<FileState> state = directory.empty() ? std::nullopt : state_of(plain);
  if (!state) return http::problem(request, 404, kNoPage.name, kNoPage.prose);
  std::string path = plain;
  bool zipped = false;
  if (accepts_gzip(request.header("accept-encoding"))) {
    if (std::optional<FileState> zip = state_of(plain + ".gz")) {
      state = std::move(zip);
      path += ".gz";
      zipped = true;
    }
  }
  http::Response response;
  response.set("ETag", state->etag).set("Vary", "Accept-Encoding");
  response.set("Cache-Control", hashed ? "public, max-age=31536000, immutable" : "no-cache");
  if (matches(request.header("if-none-match"), state->etag)) {
    response.status = 304;
    return response;
  }
  std::optional<std::string> body = read_file(path, state->size_bytes);
  if (!body) return http::problem(request, 404, kNoPage.name, kNoPage.prose);
  response.set("Content-Type", std::string(media_type_of(relative_path)));
  if (zipped) response.set("Content-Encoding", "gzip");
  response.body = std::move(*body);
  return response;
}

// 0ddf166f7a343eda.wasm, 8097.bundle.8ae6404ba94890a0.eval.js: sixteen hexadecimal digits between dots.
bool has_digest(std::string_view name) {
  constexpr size_t kDigits = 16;
  for (size_t from = 0; from < name.size();) {
    const std::string_view part = name.substr(from, name.find('.', from) - from);
    if (part.size() == kDigits && part.find_first_not_of("0123456789abcdef") == std::string_view::npos)
      return true;
    from += part.size() + 1;
  }
  return false;
}

}  // namespace

std::string_view media_type_of(std::string_view file_name) {
  const MediaType* known = media_type_named(extension_of(file_name));
  return known != nullptr ? known->type : "application/octet-stream";
}

bool accepts_gzip(std::string_view accept_encoding) {
  while (!accept_encoding.empty()) {
    const size_t end = std::min(accept_encoding.find(','), accept_encoding.size());
    const std::string_view one = trim(accept_encoding.substr(0, end));
    const std::string_view name = trim(one.substr(0, one.find(';')));
    const bool refused =
        one.find("q=0") != std::string_view::npos && one.find_first_of("123456789") == std::string_view::npos;
    if ((name == "gzip" || name == "*") && !refused) return true;
    accept_encoding.remove_prefix(std::min(end + 1, accept_encoding.size()));
  }
  return false;
}

bool is_safe_relative_path(std::string_view path) {
  if (path.empty() || path.size() > 1024) return false;
  bool segment_start = true;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '-' || c == '@';
    if (c == '/' || c == '.') {
      if (segment_start) return false;
    } else if (!plain) {
      return false;
    }
    segment_start = c == '/';
  }
  return !segment_start;
}

http::Response StaticFiles::answer(const http::Request& request) const {
  if (is_reserved_path(request.path))
    return http::problem(request, 404, kNoPage.name, "there is nothing at this path");
  const std::string_view path = std::string_view(request.path).substr(1);
  const bool is_file = is_file_path(path);
  if (is_file && !is_safe_relative_path(path))
    return http::problem(request, 404, kNoPage.name, kNoPage.prose);
  if (!is_file && (directory_.empty() || !state_of(directory_ + "/index.html")))
    return http::Response::text(200, std::string(kNotBuilt), "text/html; charset=utf-8")
        .set("Cache-Control", "no-store");
  // The bundler puts a digest of the content into names below assets/.
  return send(request, directory_, is_file ? std::string(path) : "index.html", path.starts_with("assets/"));
}

http::Response ViewerFiles::answer(const http::Request& request) const {
  std::string_view path = std::string_view(request.path).substr(std::string_view("/viewer").size());
  while (path.starts_with('/')) path.remove_prefix(1);
  const bool is_file = is_file_path(path);
  if (directory_.empty() || (is_file && !is_safe_relative_path(path)))
    return http::problem(request, 404, kNoPage.name, directory_.empty() ? kNoViewer : kNoPage.prose);
  http::Response response =
      send(request, directory_, is_file ? std::string(path) : "index.html", is_file && has_digest(path));
  response.set("Content-Security-Policy",
               std::string(path.ends_with(".eval.js") ? kViewerWorkerPolicy : kViewerPolicy));
  return response;
}

namespace detail {

void add_static_routes(Context& context, http::Router& router) {
  const auto files =
      std::make_shared<const StaticFiles>(context.options.ui_directory);  // one for both routes
  const http::Handler answer = [files](const http::Request& request) { return files->answer(request); };
  router.add(http::Method::Get, "/", {.summary = "The pages", .in_openapi = false}, answer);
  router.add(http::Method::Get, "/{path...}", {.summary = "The pages", .in_openapi = false}, answer);
  const auto viewer = std::make_shared<const ViewerFiles>(context.options.viewer_directory);
  const http::Handler show = [viewer](const http::Request& request) { return viewer->answer(request); };
  router.add(http::Method::Get, "/viewer", {.summary = "The image viewer", .in_openapi = false}, show);
  router.add(http::Method::Get, "/viewer/{path...}", {.summary = "The image viewer", .in_openapi = false},
             show);
}

}  // namespace detail
}  // namespace xinglin::web
