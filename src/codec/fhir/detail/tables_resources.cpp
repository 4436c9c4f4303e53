// Resource types of FHIR R4 offered here, in the notation of table.h.
#include "codec/fhir/detail/table.h"

namespace xinglin::fhir::detail {

const std::string_view kPatientTables = R"(
resource Patient
identifier * Identifier
active ? boolean
name * HumanName
telecom * ContactPoint
gender ? code=male,female,other,unknown
birthDate ? date
deceased[x] ? boolean|dateTime
address * Address
maritalStatus ? CodeableConcept
multipleBirth[x] ? boolean|integer
photo * Attachment
contact * {
relationship * CodeableConcept
name ? HumanName
telecom * ContactPoint
address ? Address
gender ? code=male,female,other,unknown
organization ? Reference>Organization
period ? Period
}
communication * {
language 1 CodeableConcept
preferred ? boolean
}
generalPractitioner * Reference>Organization,Practitioner,PractitionerRole
managingOrganization ? Reference>Organization
link * {
other 1 Reference>Patient,RelatedPerson
type 1 code=replaced-by,replaces,refer,seealso
}

resource Encounter
identifier * Identifier
status 1 code=planned,arrived,triaged,in-progress,onleave,finished,cancelled,entered-in-error,unknown
statusHistory * {
status 1 code=planned,arrived,triaged,in-progress,onleave,finished,cancelled,entered-in-error,unknown
period 1 Period
}
class 1 Coding
classHistory * {
class 1 Coding
period 1 Period
}
type * CodeableConcept
serviceType ? CodeableConcept
priority ? CodeableConcept
subject ? Reference>Patient,Group
episodeOfCare * Reference>EpisodeOfCare
basedOn * Reference>ServiceRequest
participant * {
type * CodeableConcept
period ? Period
individual ? Reference>Practitioner,PractitionerRole,RelatedPerson
}
appointment * Reference>Appointment
period ? Period
length ? Quantity
reasonCode * CodeableConcept
reasonReference * Reference>Condition,Procedure,Observation,ImmunizationRecommendation
diagnosis * {
condition 1 Reference>Condition,Procedure
use ? CodeableConcept
rank ? positiveInt
}
account * Reference>Account
hospitalization ? {
preAdmissionIdentifier ? Identifier
origin ? Reference>Location,Organization
admitSource ? CodeableConcept
reAdmission ? CodeableConcept
dietPreference * CodeableConcept
specialCourtesy * CodeableConcept
specialArrangement * CodeableConcept
destination ? Reference>Location,Organization
dischargeDisposition ? CodeableConcept
}
location * {
location 1 Reference>Location
status ? code=planned,active,reserved,completed
physicalType ? CodeableConcept
period ? Period
}
serviceProvider ? Reference>Organization
partOf ? Reference>Encounter
)";

const std::string_view kObservationTables = R"(
resource Observation
identifier * Identifier
basedOn * Reference>CarePlan,DeviceRequest,ImmunizationRecommendation,MedicationRequest,)"
    R"(NutritionOrder,ServiceRequest
partOf * Reference>MedicationAdministration,MedicationDispense,MedicationStatement,Procedure,)"
    R"(Immunization,ImagingStudy
status 1 code=registered,preliminary,final,amended,corrected,cancelled,entered-in-error,unknown
category * CodeableConcept
code 1 CodeableConcept
subject ? Reference>Patient,Group,Device,Location
focus * Reference
encounter ? Reference>Encounter
effective[x] ? dateTime|Period|Timing|instant
issued ? instant
performer * Reference>Practitioner,PractitionerRole,Organization,CareTeam,Patient,RelatedPerson
value[x] ? Quantity|CodeableConcept|string|boolean|integer|Range|Ratio|SampledData|time|dateTime|Period
dataAbsentReason ? CodeableConcept
interpretation * CodeableConcept
note * Annotation
bodySite ? CodeableConcept
method ? CodeableConcept
specimen ? Reference>Specimen
device ? Reference>Device,DeviceMetric
referenceRange * {
low ? SimpleQuantity
high ? SimpleQuantity
type ? CodeableConcept
appliesTo * CodeableConcept
age ? Range
text ? string
}
hasMember * Reference>Observation,QuestionnaireResponse,MolecularSequence
derivedFrom * Reference>DocumentReference,ImagingStudy,Media,QuestionnaireResponse,Observation,)"
    R"(MolecularSequence
component * {
code 1 CodeableConcept
value[x] ? Quantity|CodeableConcept|string|boolean|integer|Range|Ratio|SampledData|time|dateTime|Period
dataAbsentReason ? CodeableConcept
interpretation * CodeableConcept
referenceRange * @Observation.referenceRange
}

resource DiagnosticReport
identifier * Identifier
basedOn * Reference>CarePlan,ImmunizationRecommendation,MedicationRequest,NutritionOrder,ServiceRequest
status 1 code=registered,partial,preliminary,final,amended,corrected,appended,cancelled,)"
    R"(entered-in-error,unknown
category * CodeableConcept
code 1 CodeableConcept
subject ? Reference>Patient,Group,Device,Location
encounter ? Reference>Encounter
effective[x] ? dateTime|Period
issued ? instant
performer * Reference>Practitioner,PractitionerRole,Organization,CareTeam
resultsInterpreter * Reference>Practitioner,PractitionerRole,Organization,CareTeam
specimen * Reference>Specimen
result * Reference>Observation
imagingStudy * Reference>ImagingStudy
media * {
comment ? string
link 1 Reference>Media
}
conclusion ? string
conclusionCode * CodeableConcept
presentedForm * Attachment

resource RiskAssessment
identifier * Identifier
basedOn ? Reference
parent ? Reference
status 1 code=registered,preliminary,final,amended,corrected,cancelled,entered-in-error,unknown
method ? CodeableConcept
code ? CodeableConcept
subject 1 Reference>Patient,Group
encounter ? Reference>Encounter
occurrence[x] ? dateTime|Period
condition ? Reference>Condition
performer ? Reference>Practitioner,PractitionerRole,Device
reasonCode * CodeableConcept
reasonReference * Reference>Condition,Observation,DiagnosticReport,DocumentReference
basis * Reference
prediction * {
outcome ? CodeableConcept
probability[x] ? decimal|Range
qualitativeRisk ? CodeableConcept
relativeRisk ? decimal
when[x] ? Period|Range
rationale ? string
}
mitigation ? string
note * Annotation

resource ImagingStudy
identifier * Identifier
status 1 code=registered,available,cancelled,entered-in-error,unknown
modality * Coding
subject 1 Reference>Patient,Device,Group
encounter ? Reference>Encounter
started ? dateTime
basedOn * Reference>CarePlan,ServiceRequest,Appointment,AppointmentResponse,Task
referrer ? Reference>Practitioner,PractitionerRole
interpreter * Reference>Practitioner,PractitionerRole
endpoint * Reference>Endpoint
numberOfSeries ? unsignedInt
numberOfInstances ? unsignedInt
procedureReference ? Reference>Procedure
procedureCode * CodeableConcept
location ? Reference>Location
reasonCode * CodeableConcept
reasonReference * Reference>Condition,Observation,Media,DiagnosticReport,DocumentReference
note * Annotation
description ? string
series * {
uid 1 id
number ? unsignedInt
modality 1 Coding
description ? string
numberOfInstances ? unsignedInt
endpoint * Reference>Endpoint
bodySite ? Coding
laterality ? Coding
specimen * Reference>Specimen
started ? dateTime
performer * {
function ? CodeableConcept
actor 1 Reference>Practitioner,PractitionerRole,Organization,CareTeam,Patient,Device,RelatedPerson
}
instance * {
uid 1 id
sopClass 1 Coding
number ? unsignedInt
title ? string
}
}
)";

const std::string_view kRequestTables = R"(
resource Task
identifier * Identifier
instantiatesCanonical ? canonical
instantiatesUri ? uri
basedOn * Reference
groupIdentifier ? Identifier
partOf * Reference>Task
status 1 code=draft,requested,received,accepted,rejected,ready,cancelled,in-progress,on-hold,failed,)"
    R"(completed,entered-in-error
statusReason ? CodeableConcept
businessStatus ? CodeableConcept
intent 1 code=unknown,proposal,plan,order,original-order,reflex-order,filler-order,instance-order,option
priority ? code=routine,urgent,asap,stat
code ? CodeableConcept
description ? string
focus ? Reference
for ? Reference
encounter ? Reference>Encounter
executionPeriod ? Period
authoredOn ? dateTime
lastModified ? dateTime
requester ? Reference>Device,Organization,Patient,Practitioner,PractitionerRole,RelatedPerson
performerType * CodeableConcept
owner ? Reference>Practitioner,PractitionerRole,Organization,CareTeam,HealthcareService,Patient,)"
    R"(Device,RelatedPerson
location ? Reference>Location
reasonCode ? CodeableConcept
reasonReference ? Reference
insurance * Reference>Coverage,ClaimResponse
note * Annotation
relevantHistory * Reference>Provenance
restriction ? {
repetitions ? positiveInt
period ? Period
recipient * Reference>Patient,Practitioner,PractitionerRole,RelatedPerson,Group,Organization
}
input * {
type 1 CodeableConcept
value[x] 1 *
}
output * {
type 1 CodeableConcept
value[x] 1 *
}

resource ServiceRequest
identifier * Identifier
instantiatesCanonical * canonical
instantiatesUri * uri
basedOn * Reference>CarePlan,ServiceRequest,MedicationRequest
replaces * Reference>ServiceRequest
requisition ? Identifier
status 1 code=draft,active,on-hold,revoked,completed,entered-in-error,unknown
intent 1 code=proposal,plan,directive,order,original-order,reflex-order,filler-order,instance-order,option
category * CodeableConcept
priority ? code=routine,urgent,asap,stat
doNotPerform ? boolean
code ? CodeableConcept
orderDetail * CodeableConcept
quantity[x] ? Quantity|Ratio|Range
subject 1 Reference>Patient,Group,Location,Device
encounter ? Reference>Encounter
occurrence[x] ? dateTime|Period|Timing
asNeeded[x] ? boolean|CodeableConcept
authoredOn ? dateTime
requester ? Reference>Practitioner,PractitionerRole,Organization,Patient,RelatedPerson,Device
performerType ? CodeableConcept
performer * Reference>Practitioner,PractitionerRole,Organization,CareTeam,HealthcareService,Patient,)"
    R"(Device,RelatedPerson
locationCode * CodeableConcept
locationReference * Reference>Location
reasonCode * CodeableConcept
reasonReference * Reference>Condition,Observation,DiagnosticReport,DocumentReference
insurance * Reference>Coverage,ClaimResponse
supportingInfo * Reference
specimen * Reference>Specimen
bodySite * CodeableConcept
note * Annotation
patientInstruction ? string
relevantHistory * Reference>Provenance
)";

}  // namespace xinglin::fhir::detail
