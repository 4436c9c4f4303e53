#include "core/record/detail/parameters.h"

namespace xinglin::record::detail {
namespace {

using enum Kind;

constexpr std::string_view kSubject = "Patient,Group,Device,Location";
constexpr std::string_view kPerformer =
    "Practitioner,PractitionerRole,Organization,CareTeam,HealthcareService,Patient,Device,RelatedPerson";
constexpr std::string_view kAnyTarget =
    "Patient,Encounter,Observation,DiagnosticReport,RiskAssessment,Task,ServiceRequest,ImagingStudy,"
    "Practitioner,"
    "PractitionerRole,Organization,Location,Device,Group,RelatedPerson,CareTeam,Condition,Procedure,Specimen,"
    "DocumentReference,QuestionnaireResponse,Media";

constexpr ParameterDef kPatient[] = {
    {1, "identifier", Token, "identifier", "A patient identifier"},
    {2, "active", Token, "active", "Whether the record is in use"},
    {3, "name", String, "name", "Any part of any name"},
    {4, "family", String, "name.family", "Family name"},
    {5, "given", String, "name.given", "Given name"},
    {6, "gender", Token, "gender", "Administrative gender"},
    {7, "birthdate", Date, "birthDate", "Date of birth", "", true},
    {8, "deceased", Token, "?deceased", "Whether the patient is dead"},
    {9, "death-date", Date, "deceasedDateTime", "Date of death"},
    {10, "telecom", Token, "telecom", "Any contact detail"},
    {11, "phone", Token, "?phone", "A telephone number"},
    {12, "email", Token, "?email", "An e-mail address"},
    {13, "address", String, "address", "Any part of any address"},
    {14, "address-city", String, "address.city", "City of an address"},
    {15, "address-state", String, "address.state", "State of an address"},
    {16, "address-postalcode", String, "address.postalCode", "Postal code of an address"},
    {17, "address-country", String, "address.country", "Country of an address"},
    {18, "address-use", Token, "address.use", "Use of an address"},
    {19, "language", Token, "communication.language", "A language of the patient"},
    {20, "general-practitioner", Reference, "generalPractitioner", "The patient's practitioner",
     "Practitioner,PractitionerRole,Organization"},
    {21, "organization", Reference, "managingOrganization", "Custodian of the record", "Organization"},
    {22, "link", Reference, "link.other", "Linked patients", "Patient,RelatedPerson"},
};

constexpr ParameterDef kEncounter[] = {
    {1, "identifier", Token, "identifier", "A visit number"},
    {2, "status", Token, "status", "State of the encounter"},
    {3, "class", Token, "class", "Inpatient, outpatient ..."},
    {4, "type", Token, "type", "Specific type"},
    {5, "subject", Reference, "subject", "The patient or group", "Patient,Group"},
    {5, "patient", Reference, "subject", "The patient", "Patient", false, true},
    {6, "date", Date, "period", "When it took place", "", true},
    {7, "location", Reference, "location.location", "Where it takes place", "Location"},
    {8, "location-period", Date, "location.period", "When the patient was at a location"},
    {9, "participant", Reference, "participant.individual", "Who takes part",
     "Practitioner,PractitionerRole,RelatedPerson"},
    {9, "practitioner", Reference, "participant.individual", "Which practitioner takes part", "Practitioner",
     false, true},
    {10, "participant-type", Token, "participant.type", "Role of who takes part"},
    {11, "reason-code", Token, "reasonCode", "Coded reason"},
    {12, "service-provider", Reference, "serviceProvider", "The responsible organization", "Organization"},
    {13, "part-of", Reference, "partOf", "The encounter it belongs to", "Encounter"},
    {14, "based-on", Reference, "basedOn", "The request that led to it", "ServiceRequest"},
    {15, "length", Quantity, "length", "How long it lasted"},
    {16, "diagnosis", Reference, "diagnosis.condition", "Diagnoses of it", "Condition,Procedure"},
};

constexpr ParameterDef kObservation[] = {
    {1, "identifier", Token, "identifier", "A business identifier"},
    {2, "status", Token, "status", "State of the observation"},
    {3, "category", Token, "category", "vital-signs, laboratory ..."},
    {4, "code", Token, "code", "What was observed"},
    {5, "subject", Reference, "subject", "Whom it is about", kSubject},
    {5, "patient", Reference, "subject", "The patient it is about", "Patient", false, true},
    {6, "date", Date, "effectiveDateTime|effectivePeriod|effectiveInstant|effectiveTiming",
     "Clinically relevant time", "", true},
    {7, "encounter", Reference, "encounter", "The encounter it was made in", "Encounter"},
    {8, "performer", Reference, "performer", "Who made it", kPerformer},
    {9, "based-on", Reference, "basedOn", "The request it answers",
     "ServiceRequest,CarePlan,DeviceRequest,MedicationRequest"},
    {10, "part-of", Reference, "partOf", "The event it is part of",
     "Procedure,ImagingStudy,MedicationAdministration"},
    {11, "value-quantity", Quantity, "valueQuantity", "The numeric result"},
    {12, "value-concept", Token, "valueCodeableConcept", "The coded result"},
    {13, "value-string", String, "valueString", "The text result"},
    {14, "value-date", Date, "valueDateTime|valuePeriod", "The result as a date"},
    {15, "component-code", Token, "component.code", "What a component observed"},
    {16, "component-value-quantity", Quantity, "component.valueQuantity", "Numeric result of a component"},
    {17, "has-member", Reference, "hasMember", "Observations of a group",
     "Observation,QuestionnaireResponse"},
    {18, "derived-from", Reference, "derivedFrom", "What it was computed from",
     "Observation,DocumentReference,ImagingStudy,Media,QuestionnaireResponse"},
    {19, "device", Reference, "device", "The device that measured it", "Device,DeviceMetric"},
    {20, "focus", Reference, "focus", "What it is about when not the subject", kAnyTarget},
    {21, "specimen", Reference, "specimen", "The specimen it was made on", "Specimen"},
    {22, "method", Token, "method", "How it was done"},
    {23, "data-absent-reason", Token, "dataAbsentReason", "Why there is no value"},
};

constexpr ParameterDef kDiagnosticReport[] = {
    {1, "identifier", Token, "identifier", "A business identifier"},
    {2, "status", Token, "status", "State of the report"},
    {3, "category", Token, "category", "Which discipline"},
    {4, "code", Token, "code", "Kind of report"},
    {5, "subject", Reference, "subject", "Whom it is about", kSubject},
    {5, "patient", Reference, "subject", "The patient it is about", "Patient", false, true},
    {6, "date", Date, "effectiveDateTime|effectivePeriod", "Clinically relevant time", "", true},
    {7, "issued", Date, "issued", "When it was issued"},
    {8, "encounter", Reference, "encounter", "The encounter it was made in", "Encounter"},
    {9, "performer", Reference, "performer", "Who is responsible", kPerformer},
    {10, "results-interpreter", Reference, "resultsInterpreter", "Who interpreted it", kPerformer},
    {11, "based-on", Reference, "basedOn", "The request it answers",
     "ServiceRequest,CarePlan,MedicationRequest"},
    {12, "result", Reference, "result", "Observations it holds", "Observation"},
    {13, "conclusion", Token, "conclusionCode", "Coded conclusion"},
    {14, "specimen", Reference, "specimen", "Specimens it rests on", "Specimen"},
    {15, "imaging-study", Reference, "imagingStudy", "Imaging it rests on (not in R4's own list)",
     "ImagingStudy"},
};

constexpr ParameterDef kRiskAssessment[] = {
    {1, "identifier", Token, "identifier", "A business identifier"},
    {2, "status", Token, "status", "State of the assessment (not in R4's own list)"},
    {3, "method", Token, "method", "How it was made"},
    {4, "code", Token, "code", "Kind of assessment (not in R4's own list)"},
    {5, "subject", Reference, "subject", "Whom it is about", "Patient,Group"},
    {5, "patient", Reference, "subject", "The patient it is about", "Patient", false, true},
    {6, "date", Date, "occurrenceDateTime|occurrencePeriod", "When it was made", "", true},
    {7, "encounter", Reference, "encounter", "The encounter it was made in", "Encounter"},
    {8, "performer", Reference, "performer", "Who made it", "Practitioner,PractitionerRole,Device"},
    {9, "condition", Reference, "condition", "The condition assessed", "Condition"},
    {10, "risk", Token, "prediction.qualitativeRisk", "Likelihood in words"},
    {11, "probability", Number, "prediction.probabilityDecimal", "Likelihood as a number"},
    {12, "basis", Reference, "basis", "What it was computed from (not in R4's own list)", kAnyTarget},
};

constexpr ParameterDef kTask[] = {
    {1, "identifier", Token, "identifier", "A business identifier"},
    {2, "status", Token, "status", "State of the task"},
    {3, "business-status", Token, "businessStatus", "State in local words"},
    {4, "code", Token, "code", "Kind of task"},
    {5, "subject", Reference, "for", "Whom it is for", kSubject},
    {5, "patient", Reference, "for", "The patient it is for", "Patient", false, true},
    {6, "authored-on", Date, "authoredOn", "When it was made", "", true},
    {7, "modified", Date, "lastModified", "When it was last changed"},
    {8, "period", Date, "executionPeriod", "When it is done"},
    {9, "encounter", Reference, "encounter", "The encounter it belongs to", "Encounter"},
    {10, "focus", Reference, "focus", "What it acts on", kAnyTarget},
    {11, "owner", Reference, "owner", "Who is responsible", kPerformer},
    {12, "requester", Reference, "requester", "Who asked for it", kPerformer},
    {13, "performer", Token, "performerType", "Which kind of performer"},
    {14, "priority", Token, "priority", "routine, urgent, asap, stat"},
    {15, "intent", Token, "intent", "proposal, plan, order ..."},
    {16, "based-on", Reference, "basedOn", "The request it carries out", kAnyTarget},
    {17, "part-of", Reference, "partOf", "The task it belongs to", "Task"},
    {18, "group-identifier", Token, "groupIdentifier", "Identifier of a group of tasks"},
};

constexpr ParameterDef kServiceRequest[] = {
    {1, "identifier", Token, "identifier", "An order number"},
    {2, "status", Token, "status", "State of the request"},
    {3, "category", Token, "category", "Kind of service"},
    {4, "code", Token, "code", "What is asked for"},
    {5, "subject", Reference, "subject", "Whom it is for", kSubject},
    {5, "patient", Reference, "subject", "The patient it is for", "Patient", false, true},
    {6, "authored", Date, "authoredOn", "When it was signed", "", true},
    {7, "occurrence", Date, "occurrenceDateTime|occurrencePeriod|occurrenceTiming", "When it is to happen"},
    {8, "encounter", Reference, "encounter", "The encounter it was made in", "Encounter"},
    {9, "performer", Reference, "performer", "Who is asked", kPerformer},
    {10, "requester", Reference, "requester", "Who asks", kPerformer},
    {11, "performer-type", Token, "performerType", "Role of who is asked"},
    {12, "priority", Token, "priority", "routine, urgent, asap, stat"},
    {13, "intent", Token, "intent", "proposal, plan, order ..."},
    {14, "based-on", Reference, "basedOn", "What it fulfils", "ServiceRequest,CarePlan,MedicationRequest"},
    {15, "replaces", Reference, "replaces", "What it replaces", "ServiceRequest"},
    {16, "requisition", Token, "requisition", "Identifier of a group of requests"},
    {17, "specimen", Reference, "specimen", "Specimens to be used", "Specimen"},
    {18, "body-site", Token, "bodySite", "Where on the body"},
    {19, "instantiates-uri", Uri, "instantiatesUri", "External protocol followed"},
};

constexpr ParameterDef kImagingStudy[] = {
    {1, "identifier", Token, "identifier", "Study Instance UID, accession number"},
    {2, "status", Token, "status", "State of the study"},
    {3, "modality", Token, "series.modality|modality", "Modality of a series"},
    {4, "series", Token, "series.uid", "Series Instance UID"},
    {5, "subject", Reference, "subject", "Whom it is of", "Patient,Group,Device"},
    {5, "patient", Reference, "subject", "The patient it is of", "Patient", false, true},
    {6, "started", Date, "started", "When it began", "", true},
    {7, "encounter", Reference, "encounter", "The encounter it was made in", "Encounter"},
    {8, "basedon", Reference, "basedOn", "The request it answers",
     "ServiceRequest,CarePlan,Appointment,Task"},
    {9, "bodysite", Token, "series.bodySite", "Body part of a series"},
    {10, "dicom-class", Token, "series.instance.sopClass", "SOP class of an instance"},
    {11, "referrer", Reference, "referrer", "Who referred", "Practitioner,PractitionerRole"},
    {12, "interpreter", Reference, "interpreter", "Who reads it", "Practitioner,PractitionerRole"},
    {13, "performer", Reference, "series.performer.actor", "Who made a series", kPerformer},
    {14, "reason", Token, "reasonCode", "Coded reason"},
    {15, "endpoint", Reference, "endpoint|series.endpoint", "Where the images are", "Endpoint"},
};

constexpr TypeDef kTypes[] = {
    {1, "Patient", "patient", "", kPatient},
    {2, "Encounter", "encounter", "subject", kEncounter},
    {3, "Observation", "observation", "subject", kObservation},
    {4, "DiagnosticReport", "diagnostic-report", "subject", kDiagnosticReport},
    {5, "RiskAssessment", "risk-assessment", "subject", kRiskAssessment},
    {6, "Task", "task", "for", kTask},
    {7, "ServiceRequest", "service-request", "subject", kServiceRequest},
    {8, "ImagingStudy", "imaging-study", "subject", kImagingStudy},
};

}  // namespace

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Token:
      return "token";
    case Reference:
      return "reference";
    case Date:
      return "date";
    case String:
      return "string";
    case Quantity:
      return "quantity";
    case Number:
      return "number";
    case Uri:
      return "uri";
  }
  return "token";
}

const TypeDef* find_type(std::string_view name) {
  for (const TypeDef& type : kTypes)
    if (type.name == name) return &type;
  return nullptr;
}

std::span<const TypeDef> all_types() {
  return kTypes;
}

const ParameterDef* find_parameter(const TypeDef& type, std::string_view name) {
  for (const ParameterDef& parameter : type.parameters)
    if (parameter.name == name) return &parameter;
  return nullptr;
}

}  // namespace xinglin::record::detail
