// The query string and the path of a request, as they come from outside. What is accepted must be canonical:
// no dot segments and no NUL.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/http/detail/target.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(xinglin::http::parse_query(text));
  const auto target = xinglin::http::detail::parse_target(text);
  if (!target) return 0;
  const std::string& path = target->path;
  if (path.empty() || path[0] != '/' || path.find('\0') != std::string::npos) std::abort();
  if (path.find("/../") != std::string::npos || path.ends_with("/..")) std::abort();
  return 0;
}
