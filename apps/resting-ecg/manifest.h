// The text of manifest.toml, compiled in.
#pragma once

#include <string_view>

namespace xinglin::resting_ecg {

std::string_view manifest_toml();

}  // namespace xinglin::resting_ecg
