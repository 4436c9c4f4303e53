// How many answers a second the room gives on one thread: $validate-code against code systems and value sets,
// look-up, membership, expansion. One line each.
#include <functional>
#include <iostream>

#include "core/terminology/terminology.h"

namespace xinglin::terminology {
namespace {

void measure(const char* what, const std::function<bool(size_t)>& once) {
  const SystemClock clock;
  const int64_t start = clock.monotonic_us();
  size_t done = 0, good = 0;
  while (clock.monotonic_us() - start < kSecondUs)
    for (int i = 0; i < 100; ++i) good += once(done++) ? 1 : 0;
  const auto rate = static_cast<double>(done) * 1e6 / static_cast<double>(clock.monotonic_us() - start);
  std::cout << what << ": " << static_cast<int64_t>(rate) << " per second (" << good * 100 / done
            << " % true)\n";
}

void run() {
  const SystemClock clock;
  const int64_t start = clock.monotonic_us();
  const Terminology terminology(nullptr, clock);
  const bool known = terminology.knows_value_set("http://hl7.org/fhir/ValueSet/administrative-gender");
  std::cout << "start: " << clock.monotonic_us() - start << " us, ready: " << known << '\n';
  const std::string role = "http://terminology.hl7.org/CodeSystem/v3-RoleCode",
                    dicom = "http://dicom.nema.org/resources/ontology/DCM";
  const char* codes[] = {"MTH", "FTH", "NOBODY", "SIB"};
  const char* dicom_codes[] = {"110100", "CT", "MR", "none"};
  measure("validate-code, code system", [&](size_t i) {
    return terminology.validate_in_system({role, {}, codes[i % 4], {}})->result;
  });
  measure("validate-code, value set of one system", [&](size_t i) {
    return terminology
        .validate_in_value_set("http://terminology.hl7.org/ValueSet/v3-RoleCode",
                               {role, {}, codes[i % 4], {}})
        ->result;
  });
  measure("validate-code, value set with filters", [&](size_t i) {
    return terminology
        .validate_in_value_set("http://hl7.org/fhir/ValueSet/relatedperson-relationshiptype",
                               {role, {}, codes[i % 4], {}})
        ->result;
  });
  measure("member_code of a binding", [&](size_t i) {
    return terminology.member_code("http://hl7.org/fhir/ValueSet/observation-status",
                                   i % 2 ? "final" : "finished") == Membership::In;
  });
  measure("lookup in 3,156 codes", [&](size_t i) {
    return terminology.lookup({dicom, {}, dicom_codes[i % 4], {}}).has_value();
  });
  measure("expand, page of 20 of 3,156", [&](size_t) {
    return terminology
        .expand("http://dicom.nema.org/medical/dicom/current/output/chtml/part16/sect_CID_29.html",
                {.count = 20})
        .has_value();
  });
}

}  // namespace
}  // namespace xinglin::terminology

int main() {
  xinglin::terminology::run();
  return 0;
}
