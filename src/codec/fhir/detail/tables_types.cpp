// Data types of FHIR R4 2.24 and 2.25 in the notation of table.h.
#include "codec/fhir/detail/table.h"

namespace xinglin::fhir::detail {

const std::string_view kDataTypes = R"(
type Identifier
use ? code=usual,official,temp,secondary,old
type ? CodeableConcept
system ? uri
value ? string
period ? Period
assigner ? Reference>Organization

type HumanName
use ? code=usual,official,temp,nickname,anonymous,old,maiden
text ? string
family ? string
given * string
prefix * string
suffix * string
period ? Period

type ContactPoint
system ? code=phone,fax,email,pager,url,sms,other
value ? string
use ? code=home,work,temp,old,mobile
rank ? positiveInt
period ? Period

type Address
use ? code=home,work,temp,old,billing
type ? code=postal,physical,both
text ? string
line * string
city ? string
district ? string
state ? string
postalCode ? string
country ? string
period ? Period

type Period
start ? dateTime
end ? dateTime

type CodeableConcept
coding * Coding
text ? string

type Coding
system ? uri
version ? string
code ? code
display ? string
userSelected ? boolean

type Quantity
value ? decimal
comparator ? code=<,<=,>=,>
unit ? string
system ? uri
code ? code

type SimpleQuantity
value ? decimal
unit ? string
system ? uri
code ? code

type Money
value ? decimal
currency ? code

type Range
low ? SimpleQuantity
high ? SimpleQuantity

type Ratio
numerator ? Quantity
denominator ? Quantity

type SampledData
origin 1 SimpleQuantity
period 1 decimal
factor ? decimal
lowerLimit ? decimal
upperLimit ? decimal
dimensions 1 positiveInt
data ? string

type Attachment
contentType ? code
language ? code
data ? base64Binary
url ? url
size ? unsignedInt
hash ? base64Binary
title ? string
creation ? dateTime

type Reference
reference ? string
type ? uri
identifier ? Identifier
display ? string

type Annotation
author[x] ? Reference>Practitioner,Patient,RelatedPerson,Organization|string
time ? dateTime
text 1 markdown

type Signature
type + Coding
when 1 instant
who 1 Reference>Practitioner,PractitionerRole,RelatedPerson,Patient,Device,Organization
onBehalfOf ? Reference>Practitioner,PractitionerRole,RelatedPerson,Patient,Device,Organization
targetFormat ? code
sigFormat ? code
data ? base64Binary

type Timing
backbone
event * dateTime
repeat ? {
bounds[x] ? Quantity|Range|Period
count ? positiveInt
countMax ? positiveInt
duration ? decimal
durationMax ? decimal
durationUnit ? code=s,min,h,d,wk,mo,a
frequency ? positiveInt
frequencyMax ? positiveInt
period ? decimal
periodMax ? decimal
periodUnit ? code=s,min,h,d,wk,mo,a
dayOfWeek * code=mon,tue,wed,thu,fri,sat,sun
timeOfDay * time
when * code
offset ? unsignedInt
}
code ? CodeableConcept
)";

const std::string_view kMetaTypes = R"(
type Meta
versionId ? id
lastUpdated ? instant
source ? uri
profile * canonical
security * Coding
tag * Coding

type Narrative
status 1 code=generated,extensions,additional,empty
div 1 xhtml

type PrimitiveCompanion

type Extension
url 1 uri
value[x] ? *

type ContactDetail
name ? string
telecom * ContactPoint

type Contributor
type 1 code=author,editor,reviewer,endorser
name 1 string
contact * ContactDetail

type Expression
description ? string
name ? id
language 1 code
expression ? string
reference ? uri

type UsageContext
code 1 Coding
value[x] 1 CodeableConcept|Quantity|Range|Reference>PlanDefinition,ResearchStudy,InsurancePlan,)"
    R"(HealthcareService,Group,Location,Organization

type RelatedArtifact
type 1 code=documentation,justification,citation,predecessor,successor,derived-from,depends-on,composed-of
label ? string
display ? string
citation ? markdown
url ? url
document ? Attachment
resource ? canonical

type ParameterDefinition
name ? code
use 1 code=in,out
min ? integer
max ? string
documentation ? string
type 1 code
profile ? canonical

type Dosage
backbone
sequence ? integer
text ? string
additionalInstruction * CodeableConcept
patientInstruction ? string
timing ? Timing
asNeeded[x] ? boolean|CodeableConcept
site ? CodeableConcept
route ? CodeableConcept
method ? CodeableConcept
doseAndRate * {
type ? CodeableConcept
dose[x] ? Range|SimpleQuantity
rate[x] ? Ratio|Range|SimpleQuantity
}
maxDosePerPeriod ? Ratio
maxDosePerAdministration ? SimpleQuantity
maxDosePerLifetime ? SimpleQuantity
)";

}  // namespace xinglin::fhir::detail
