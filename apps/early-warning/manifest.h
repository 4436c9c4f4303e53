// The text of manifest.toml, compiled in.
#pragma once

#include <string_view>

namespace xinglin::early_warning {

std::string_view manifest_toml();

}  // namespace xinglin::early_warning
