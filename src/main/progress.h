// A progress bar on standard error, redrawn in place on a terminal; elsewhere only its last state is printed.
#pragma once

#include <string_view>

namespace xinglin::main {

// "[#####.....] 12/24 files, 1 refused": `what` follows the counts.
void show_progress(size_t done, size_t total, std::string_view what);

}  // namespace xinglin::main
