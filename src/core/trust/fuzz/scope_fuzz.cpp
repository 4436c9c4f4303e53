// Scopes as an application sends them. What is accepted must say the same when it is written and read again,
// and must lie within itself.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "core/trust/scope.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace xinglin::trust;
  const auto scopes = parse_scopes(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!scopes) return 0;
  const std::string text = to_string(*scopes);
  const auto again = parse_scopes(text);
  if (!again || to_string(*again) != text) std::abort();
  if (to_string(intersect(*scopes, *scopes)) != text) std::abort();
  return 0;
}
