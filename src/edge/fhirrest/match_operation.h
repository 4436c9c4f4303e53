// Patient/$match: who a described person may be. Takes a Patient, onlyCertainMatches and count; answers a
// searchset with search.score, the match-grade, and what each field says in bits. FHIR R4, Patient/$match
// (http://hl7.org/fhir/R4/patient-operation-match.html). Thread-safe as Matches is.
#pragma once

#include "core/identity/matches.h"
#include "edge/fhirrest/operations.h"

namespace xinglin::fhirrest {

Operation match_operation(identity::Matches& matches, sql::Store& store);

}  // namespace xinglin::fhirrest
