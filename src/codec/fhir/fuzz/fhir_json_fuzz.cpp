// A FHIR resource as it comes from outside: parsed, validated, written and read again. What was accepted must
// read back.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "codec/fhir/outcome.h"
#include "codec/fhir/text.h"
#include "codec/fhir/validate.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace xinglin;
  const auto value = json::parse({reinterpret_cast<const char*>(data), size});
  if (!value || !value->is_object()) return 0;
  IssueSink issues;
  fhir::validate(value->get_object(), issues);
  static_cast<void>(fhir::to_pretty_text(fhir::operation_outcome(issues)));
  const auto again = json::parse(fhir::to_text(*value));
  if (!again) std::abort();
  return 0;
}
