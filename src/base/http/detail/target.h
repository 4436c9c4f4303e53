// Percent-decoding of request targets. A path that could be read in two ways (dot segments, encoded slashes,
// NUL, invalid UTF-8) is refused, so that no handler has to think of it.
#pragma once

#include <string>
#include <string_view>

#include "base/http/http.h"
#include "base/result.h"

namespace xinglin::http::detail {

inline constexpr ErrorCode kBadPath{"http.bad-path", ErrorKind::Invalid,
                                    "the path of the request is malformed"};

struct Target {
  std::string path;
  std::string raw_query;
  std::vector<Parameter> query;
};

// Refuses broken escapes, NUL and invalid UTF-8. `plus_is_space` as in form data.
Result<std::string> percent_decode(std::string_view text, bool plus_is_space, const ErrorCode& code);
Result<std::string> decode_path(std::string_view raw);
// Origin form ("/a?b=c") or absolute form ("http://host/a?b=c"), RFC 9112 3.2.
Result<Target> parse_target(std::string_view raw);

}  // namespace xinglin::http::detail
