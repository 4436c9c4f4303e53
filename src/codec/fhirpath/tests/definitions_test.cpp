// Every invariant and every search parameter of the R4 definitions compiles, and the invariants hold (or are
// empty) for a resource that is known to be good.
#include "codec/fhir/definitions.h"

#include <gtest/gtest.h>

#include "codec/fhir/search_definitions.h"
#include "codec/fhirpath/evaluator.h"

namespace xinglin::fhirpath {
namespace {

TEST(Definitions, EveryInvariantCompiles) {
  size_t count = 0;
  for (const fhir::Structure structure : fhir::structures()) {
    for (const fhir::Element element : structure.elements()) {
      for (const fhir::Constraint constraint : element.constraints()) {
        if (constraint.expression().empty()) continue;
        const auto compiled = compile(constraint.expression(), {element.path()});
        EXPECT_TRUE(compiled.ok()) << element.path() << " " << constraint.key() << ": "
                                   << constraint.expression() << ": "
                                   << (compiled.ok() ? "" : compiled.error().message());
        ++count;
      }
    }
  }
  EXPECT_GT(count, 1000U);
}

TEST(Definitions, EverySearchParameterCompiles) {
  size_t count = 0;
  for (const std::string_view type : fhir::resource_types()) {
    for (const fhir::SearchParameter parameter : fhir::search_parameters(type)) {
      if (parameter.expression().empty()) continue;
      const auto compiled = compile(parameter.expression(), {type});
      EXPECT_TRUE(compiled.ok()) << type << " " << parameter.code() << ": " << parameter.expression() << ": "
                                 << (compiled.ok() ? "" : compiled.error().message());
      ++count;
    }
  }
  EXPECT_GT(count, 1000U);
}

TEST(Definitions, InvariantsOfAPatientHold) {
  const json::value patient =
      json::parse(R"({"resourceType":"Patient","id":"a","contact":[{"name":{"text":"B"}}],
        "text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">A <b>name</b></div>"},
        "telecom":[{"system":"phone","value":"1"}],"managingOrganization":{"reference":"Organization/1"}})")
          .value();
  const ManualClock clock({0});
  Evaluator evaluator(clock);
  for (const fhir::Constraint constraint : fhir::find_type("Patient").root().constraints()) {
    const auto compiled = compile(constraint.expression(), {"Patient"});
    ASSERT_TRUE(compiled.ok());
    const auto holds = evaluator.test(*compiled, Context{Value::resource(patient)});
    ASSERT_TRUE(holds.ok()) << constraint.key() << holds.error().message();
    EXPECT_TRUE(holds->value_or(true)) << constraint.key() << ": " << constraint.expression();
  }
}

}  // namespace
}  // namespace xinglin::fhirpath
