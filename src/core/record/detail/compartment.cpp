#include "core/record/detail/compartment.h"

#include <algorithm>
#include <iterator>

namespace xinglin::record::detail {
namespace {

struct Member {
  std::string_view type, parameters;
};

// CompartmentDefinition-patient of R4 4.0.1, in the order of its types.
constexpr Member kMembers[] = {
    {"Account", "subject"},
    {"AdverseEvent", "subject"},
    {"AllergyIntolerance", "patient,recorder,asserter"},
    {"Appointment", "actor"},
    {"AppointmentResponse", "actor"},
    {"AuditEvent", "patient"},
    {"Basic", "patient,author"},
    {"BodyStructure", "patient"},
    {"CarePlan", "patient,performer"},
    {"CareTeam", "patient,participant"},
    {"ChargeItem", "subject"},
    {"Claim", "patient,payee"},
    {"ClaimResponse", "patient"},
    {"ClinicalImpression", "subject"},
    {"Communication", "subject,sender,recipient"},
    {"CommunicationRequest", "subject,sender,recipient,requester"},
    {"Composition", "subject,author,attester"},
    {"Condition", "patient,asserter"},
    {"Consent", "patient"},
    {"Coverage", "policy-holder,subscriber,beneficiary,payor"},
    {"CoverageEligibilityRequest", "patient"},
    {"CoverageEligibilityResponse", "patient"},
    {"DetectedIssue", "patient"},
    {"Device", "patient"},
    {"DeviceRequest", "subject,performer"},
    {"DeviceUseStatement", "subject"},
    {"DiagnosticReport", "subject"},
    {"DocumentManifest", "subject,author,recipient"},
    {"DocumentReference", "subject,author"},
    {"Encounter", "patient"},
    {"EnrollmentRequest", "subject"},
    {"EpisodeOfCare", "patient"},
    {"ExplanationOfBenefit", "patient,payee"},
    {"FamilyMemberHistory", "patient"},
    {"Flag", "patient"},
    {"Goal", "patient"},
    {"Group", "member"},
    {"ImagingStudy", "patient"},
    {"Immunization", "patient"},
    {"ImmunizationEvaluation", "patient"},
    {"ImmunizationRecommendation", "patient"},
    {"Invoice", "subject,patient,recipient"},
    {"List", "subject,source"},
    {"MeasureReport", "patient"},
    {"Media", "subject"},
    {"MedicationAdministration", "patient,performer,subject"},
    {"MedicationDispense", "subject,patient,receiver"},
    {"MedicationRequest", "subject"},
    {"MedicationStatement", "subject"},
    {"MolecularSequence", "patient"},
    {"NutritionOrder", "patient"},
    {"Observation", "subject,performer"},
    {"Patient", "_id,link"},
    {"Person", "patient"},
    {"Procedure", "patient,performer"},
    {"Provenance", "patient"},
    {"QuestionnaireResponse", "subject,author"},
    {"RelatedPerson", "patient"},
    {"RequestGroup", "subject,participant"},
    {"ResearchSubject", "individual"},
    {"RiskAssessment", "subject"},
    {"Schedule", "actor"},
    {"ServiceRequest", "subject,performer"},
    {"Specimen", "subject"},
    {"SupplyDelivery", "patient"},
    {"SupplyRequest", "subject"},
    {"Task", "patient"},
    {"VisionPrescription", "patient"},
};

constexpr std::string_view kAboutNobody[] = {
    "ActivityDefinition",
    "CapabilityStatement",
    "ChargeItemDefinition",
    "CodeSystem",
    "CompartmentDefinition",
    "ConceptMap",
    "DeviceDefinition",
    "Endpoint",
    "EventDefinition",
    "GraphDefinition",
    "HealthcareService",
    "ImplementationGuide",
    "InsurancePlan",
    "Library",
    "Location",
    "Measure",
    "Medication",
    "MedicationKnowledge",
    "MessageDefinition",
    "NamingSystem",
    "ObservationDefinition",
    "OperationDefinition",
    "Organization",
    "OrganizationAffiliation",
    "PlanDefinition",
    "Practitioner",
    "PractitionerRole",
    "Questionnaire",
    "SearchParameter",
    "SpecimenDefinition",
    "StructureDefinition",
    "StructureMap",
    "Substance",
    "TerminologyCapabilities",
    "ValueSet",
};

}  // namespace

std::vector<std::string_view> patient_parameters(std::string_view type) {
  std::vector<std::string_view> out;
  const auto* member = std::find_if(std::begin(kMembers), std::end(kMembers),
                                    [type](const Member& one) { return one.type == type; });
  if (member == std::end(kMembers)) return out;
  std::string_view rest = member->parameters;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find(','), rest.size());
    out.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

bool is_about_nobody(std::string_view type) {
  return std::binary_search(std::begin(kAboutNobody), std::end(kAboutNobody), type);
}

}  // namespace xinglin::record::detail
