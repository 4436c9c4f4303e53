// Which resources belong to a patient: the search parameters of a type that make it a member of the Patient
// compartment (FHIR R4, CompartmentDefinition-patient), and the types that hold nothing of any patient. A
// type in neither list is open to nobody who may see one patient only.
#pragma once

#include <string_view>
#include <vector>

namespace xinglin::record::detail {

// Codes of reference parameters that point to the patient; "_id" for Patient itself; empty when the type is
// not in the compartment. Task and Device, which the standard leaves out, belong to the patient they name.
std::vector<std::string_view> patient_parameters(std::string_view type);

// Catalogues and the people and places of the house.
bool is_about_nobody(std::string_view type);

}  // namespace xinglin::record::detail
