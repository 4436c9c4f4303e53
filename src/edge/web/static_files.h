// The built pages (ui/dist): files of one directory at `/`. A path without extension that is nobody else's
// gives index.html, so that every address of the application can be opened and reloaded; a missing file stays
// 404. `X.gz` beside `X` is sent to clients that take gzip. Files are read at each request, so a rebuild
// needs no restart. Thread-safe. RFC 9110 8.8.3 (ETag), 12.5.3 (Accept-Encoding); RFC 8246 (immutable).
#pragma once

#include <string>
#include <string_view>

#include "base/http/http.h"

namespace xinglin::web {

class StaticFiles {
public:
  static constexpr size_t kFileBytesMax = 64u << 20;

  explicit StaticFiles(std::string directory) : directory_(std::move(directory)) {}
  http::Response answer(const http::Request& request) const;

private:
  std::string directory_;
};

// The image viewer below /viewer/, as tools/viewer/package lays it out: the same rules, with the page at
// every address that is no file, and exact /viewer too. Its Content Security Policy lets it run WebAssembly;
// only the one worker that decodes compressed pixels (its name ends in .eval.js) may also make functions from
// text. What it shows comes from /dicom-web and needs a sign-in; the files themselves say nothing of anybody.
class ViewerFiles {
public:
  explicit ViewerFiles(std::string directory) : directory_(std::move(directory)) {}
  http::Response answer(const http::Request& request) const;

private:
  std::string directory_;
};

std::string_view media_type_of(
    std::string_view file_name);  // by extension; application/octet-stream otherwise
bool accepts_gzip(std::string_view accept_encoding);
// Segments of [A-Za-z0-9._@-] that do not start with a dot.
bool is_safe_relative_path(std::string_view path);

}  // namespace xinglin::web
