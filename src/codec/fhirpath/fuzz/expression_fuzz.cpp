// The parser, the type pass and the machine on any text: no crash, no hang, whatever the limits let through.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "codec/fhirpath/evaluator.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace xinglin;  // NOLINT: a function's scope
  static const json::value patient = [] {
    return json::parse(R"({"resourceType":"Patient","id":"1","active":true,"birthDate":"1974-12-25",
      "name":[{"family":"A","given":["B",null],"_given":[null,{"id":"x"}]}],"multipleBirthInteger":2,
      "extension":[{"url":"u","valueQuantity":{"value":1.5,"code":"kg"}}],
      "managingOrganization":{"reference":"#o"},
      "contained":[{"resourceType":"Organization","id":"o"}]})")
        .value();
  }();
  const ManualClock clock({1'700'000'000'000'000});
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto checking : {fhirpath::Checking::Lenient, fhirpath::Checking::Ordered}) {
    const auto compiled = fhirpath::compile(text, {"Patient", checking});
    if (!compiled.ok()) continue;
    fhirpath::Evaluator evaluator(clock, nullptr, {.steps = 20'000, .items = 5'000, .text_bytes = 1 << 20});
    const auto result = evaluator.evaluate(*compiled, patient);
    if (!result.ok()) continue;
    for (const fhirpath::Value& v : *result) {
      if (v.text().size() > (1U << 26U)) return 1;
      static_cast<void>(fhirpath::locate(patient, v));
    }
  }
  return 0;
}
