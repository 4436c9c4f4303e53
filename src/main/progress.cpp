#include "main/progress.h"

#include <unistd.h>

#include <iostream>
#include <string>

namespace xinglin::main {

void show_progress(size_t done, size_t total, std::string_view what) {
  if (::isatty(STDERR_FILENO) == 0 && done != total) return;
  constexpr size_t kWidth = 30;
  const size_t filled = total == 0 ? kWidth : done * kWidth / total;
  std::cerr << '\r' << '[' << std::string(filled, '#') << std::string(kWidth - filled, '.') << "] " << done
            << '/' << total << ' ' << what << (done == total ? "\n" : "") << std::flush;
}

}  // namespace xinglin::main
