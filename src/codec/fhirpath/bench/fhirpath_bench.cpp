// ns per evaluation of the expressions that search parameters and invariants are made of, over an
// Observation, a Patient and a Bundle of Synthea's shape. Usage: codec_fhirpath_bench [seconds per
// expression]
#include <cstdlib>
#include <iostream>

#include "codec/fhirpath/evaluator.h"

namespace xinglin {
namespace {

struct Case {
  const char* type;
  const char* expression;
};
constexpr Case kCases[] = {
    {"Patient", "Patient.id"},
    {"Patient", "Patient.name.family"},
    {"Patient", "Patient.name.given"},
    {"Patient", "Patient.identifier"},
    {"Patient", "Patient.telecom.where(system='phone')"},
    {"Patient", "(Patient.deceased as dateTime)"},
    {"Patient", "Patient.deceased.exists() and Patient.deceased != false"},
    {"Patient", "Patient.address.city | Patient.address.state | Patient.address.country"},
    {"Patient", "Patient.extension('http://hl7.org/fhir/StructureDefinition/patient-birthPlace').value"},
    {"Patient",
     "contact.all(name.exists() or telecom.exists() or address.exists() or organization.exists())"},
    {"Patient", "contained.contained.empty()"},
    {"Patient", "text.`div`.exists()"},
    {"Observation", "(Observation.value as Quantity) | (Observation.value as SampledData)"},
    {"Observation", "Observation.value"},
    {"Observation", "Observation.code"},
    {"Observation", "Observation.code | (Observation.value as CodeableConcept) | Observation.component.code"},
    {"Observation", "Observation.subject.where(resolve() is Patient)"},
    {"Observation", "Observation.effective"},
    {"Observation", "dataAbsentReason.empty() or value.empty()"},
    {"Observation",
     "value.empty() or component.code.where(coding.intersect(%resource.code.coding).exists()).empty()"},
    {"Observation", "hasValue() or (children().count() > id.count())"},
    {"Bundle", "Bundle.entry[0].resource"},
    {"Bundle", "entry.resource.ofType(Observation).count()"},
};

json::value resource_of(std::string_view type) {
  if (type == "Patient")
    return json::parse(R"({"resourceType":"Patient","id":"a","meta":{"profile":["http://p"]},
      "text":{"status":"generated","div":"<div>x</div>"},
      "extension":[{"url":"http://hl7.org/fhir/us/core/race","valueString":"x"},
      {"url":"http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
       "valueAddress":{"city":"Boston"}}],
      "identifier":[{"system":"https://github.com/synthetichealth/synthea","value":"1"},
       {"system":"http://hospital","value":"2"}],
      "name":[{"use":"official","family":"Kub","given":["Lu","Al"],"prefix":["Ms."]}],
      "telecom":[{"system":"phone","value":"555-1","use":"home"}],"gender":"female","birthDate":"1974-12-25",
      "address":[{"line":["1 Way"],"city":"Boston","state":"MA","postalCode":"02108","country":"US"}],
      "maritalStatus":{"coding":[{"system":"http://v3","code":"M","display":"M"}],"text":"M"},
      "multipleBirthBoolean":false})")
        .value();
  const char* observation = R"({"resourceType":"Observation","id":"o","status":"final",
      "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category",
        "code":"vital-signs"}]}],
      "code":{"coding":[{"system":"http://loinc.org","code":"8302-2","display":"Body Height"}],
      "text":"Body Height"},
      "subject":{"reference":"Patient/1"},"encounter":{"reference":"Encounter/2"},
      "effectiveDateTime":"2010-11-30T15:47:39-05:00",
      "issued":"2010-11-30T15:47:39.123-05:00",
      "valueQuantity":{"value":171.7,"unit":"cm","system":"http://unitsofmeasure.org","code":"cm"}})";
  if (type == "Observation") return json::parse(observation).value();
  json::value bundle = json::parse(R"({"resourceType":"Bundle","type":"transaction","entry":[]})").value();
  for (int i = 0; i < 100; ++i)
    bundle.at("entry").as_array().push_back(json::object{{"resource", json::parse(observation).value()}});
  return bundle;
}

class References : public fhirpath::Host {
public:
  Unresolved unresolved() const override { return Unresolved::KeepByType; }
};

double ns_per_run(const Case& one, double seconds) {
  const json::value resource = resource_of(one.type);
  const auto compiled = fhirpath::compile(one.expression, {one.type});
  if (!compiled.ok()) {
    std::cerr << one.expression << ": " << compiled.error().message() << "\n";
    std::exit(1);
  }
  const SystemClock clock;
  References host;
  fhirpath::Evaluator evaluator(clock, &host);
  const fhirpath::Context context{fhirpath::Value::resource(resource)};
  constexpr int kBatch = 2000;
  int64_t runs = 0;
  const int64_t start = clock.monotonic_us();
  while (static_cast<double>(clock.monotonic_us() - start) < seconds * 1e6) {
    for (int i = 0; i < kBatch; ++i)
      if (!evaluator.evaluate(*compiled, context).ok()) std::exit(1);
    runs += kBatch;
  }
  return static_cast<double>(clock.monotonic_us() - start) * 1e3 / static_cast<double>(runs);
}

}  // namespace
}  // namespace xinglin

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 0.3;
  for (const xinglin::Case& one : xinglin::kCases)
    std::cout << static_cast<int64_t>(xinglin::ns_per_run(one, seconds)) << " ns  " << one.type << "  "
              << one.expression << "\n";
  return 0;
}
