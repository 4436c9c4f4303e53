// One request and its answer over a stream that is open: what every client of the house shares. The body of
// the answer goes piece by piece to `take`, after the head has been read. RFC 9112.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "base/http/http.h"

namespace xinglin::http::detail {

using Take = std::function<Result<void>(std::span<const uint8_t>)>;

struct Exchange {
  Method method = Method::Get;
  std::string target, host;  // host: of the Host header
  std::string_view body;
  const std::vector<std::pair<std::string, std::string>>& headers;
  int64_t total_us = 0;  // for the whole answer, however slowly it drips; 0: only the stream's own limits
};

// The answer without its body. `take` may look at the head through `answer`, which is filled before.
Result<void> exchange(net::Stream& stream, const Exchange& request, ClientResponse& answer, const Take& take);

}  // namespace xinglin::http::detail
