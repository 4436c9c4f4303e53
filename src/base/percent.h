// Percent-encoding of text that becomes part of a URL. Pure. RFC 3986 2.1.
#pragma once

#include <string>
#include <string_view>

namespace xinglin {

// All but the unreserved characters, and but those of `also_plain`, as %XX.
std::string percent_encoded(std::string_view text, std::string_view also_plain = {});

}  // namespace xinglin
