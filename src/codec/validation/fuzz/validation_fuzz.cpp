// A FHIR resource as it comes from outside: parsed, validated, written and read again. What was accepted must
// read back; where something is wrong, the place of it must be found in the text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/time.h"
#include "codec/fhir/outcome.h"
#include "codec/fhir/text.h"
#include "codec/validation/source_position.h"
#include "codec/validation/validator.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace xinglin;
  static const SystemClock clock;
  static const validation::Validator validator(clock);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = json::parse(text);
  if (!value) return 0;
  IssueSink issues;
  validator.validate(*value, issues);
  for (const Issue& issue : issues.issues())
    if (validation::find_position(text, issue.path).line < 1) std::abort();
  static_cast<void>(fhir::to_pretty_text(fhir::operation_outcome(issues)));
  const auto again = json::parse(fhir::to_text(*value));
  if (!again) std::abort();
  return 0;
}
