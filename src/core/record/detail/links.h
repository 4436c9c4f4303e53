// Criteria on what a resource refers to (chains), on what refers to it (_has), and on the members of a list.
// FHIR R4 3.1.1.4.13, 3.1.1.4.14, 3.1.1.4.17.
#pragma once

#include "core/record/detail/criteria.h"

namespace xinglin::record::detail {

// "subject:Patient.name", "patient.organization.name:exact", "_has:Observation:patient:code".
Result<Clause> compile_link(const Compiler& compiler, const SearchParameter& parameter);
// One step: resources whose reference parameter leads to a resource of `other` that all clauses hold for.
Result<Clause> refers_to(const ParameterDef& reference, const Compiler& other, std::vector<Clause> clauses);
Result<Clause> compile_list(const Compiler& compiler, const SearchParameter& parameter);
// The types a reference parameter may lead to.
std::vector<const TypeDef*> target_types(const ParameterDef& reference);

}  // namespace xinglin::record::detail
