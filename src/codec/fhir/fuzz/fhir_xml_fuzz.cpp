// A FHIR resource as XML from outside: what is read is written, read again, and must be the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "codec/fhir/text.h"
#include "codec/fhir/xml.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace xinglin;
  const auto resource = fhir::from_xml({reinterpret_cast<const char*>(data), size});
  if (!resource) return 0;
  const auto text = fhir::to_xml(*resource, fhir::XmlLayout::Pretty);
  if (!text) std::abort();
  const auto again = fhir::from_xml(*text);
  if (!again || fhir::to_text(*again) != fhir::to_text(*resource)) std::abort();
  return 0;
}
