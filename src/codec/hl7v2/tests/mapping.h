// Shared by the mapping tests: maps text with a simple rule for identifier systems.
#pragma once

#include "base/digest.h"
#include "codec/hl7v2/to_fhir.h"

namespace xinglin::hl7v2 {

inline MapOptions test_options() {
  MapOptions out;
  out.system_of_authority = [](std::string_view name, std::string_view universal, std::string_view) {
    return universal.empty() ? "urn:test:" + std::string(name) : "urn:oid:" + std::string(universal);
  };
  return out;
}

inline Result<Mapped> map_text(std::string_view text, IssueSink& issues,
                               const MapOptions& options = test_options()) {
  XL_TRY(const Message message, parse(as_bytes(text)));
  return map_to_fhir(message, options, issues);
}

}  // namespace xinglin::hl7v2
