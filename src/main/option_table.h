// The one table of server options: command line, configuration file, checks, --help and docs/options.md come
// from it.
#pragma once

#include <span>

#include "base/options.h"

namespace xinglin::main {

std::span<const options::Declaration> option_table();

}  // namespace xinglin::main
