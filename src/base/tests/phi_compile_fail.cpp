// Compiled twice by cmake/compile_fail.cmake: logging an id is fine, logging Phi is not.
#include <string>

#include "base/log.h"
#include "base/phi.h"

void write_line(const xinglin::Phi<std::string>& name) {
  xinglin::log::info("patient.read", {{"id", "4f"}});
#ifdef MUST_FAIL
  xinglin::log::info("patient.read", {{"name", name}});
#endif
  static_cast<void>(name);
}
