#include "base/digest.h"
#include "base/http/detail/exchange.h"
#include "base/http/http.h"

namespace xinglin::http {
namespace {

constexpr size_t kBodyBytesMax = 512 * 1024 * 1024;
}  // namespace

Result<ClientResponse> Client::send(Method method, std::string_view target, std::string_view body,
                                    const std::vector<std::pair<std::string, std::string>>& headers,
                                    int timeout_ms) const {
  XL_TRY(net::Stream stream, net::Stream::connect(endpoint_, timeout_ms));
  stream.set_timeouts(timeout_ms, timeout_ms);
  ClientResponse out;
  XL_CHECK(detail::exchange(stream, {method, std::string(target), endpoint_.str(), body, headers}, out,
                            [&](std::span<const uint8_t> bytes) -> Result<void> {
                              if (out.body.size() + bytes.size() > kBodyBytesMax)
                                return Error(errors::kTooLarge, "the body of the answer is too large");
                              out.body.append(as_text(bytes));
                              return {};
                            }));
  return out;
}

}  // namespace xinglin::http
