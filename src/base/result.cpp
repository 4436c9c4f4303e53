#include "base/result.h"

#include <cstdlib>
#include <iostream>

namespace xinglin {

void assert_failed(const char* expression, const char* file, int line) {
  std::cerr << "assertion failed: " << expression << " at " << file << ':' << line << std::endl;
  std::abort();
}

}  // namespace xinglin
