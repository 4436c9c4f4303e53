// MOCK: a few invented resources behind /fhir, enough for the record browser and the record of a patient.
import type { Call, Reply } from './mock_routes.ts';
import { patients } from './mock_data.ts';

type Json = Record<string, unknown>;

const at = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
const concept = (system: string, code: string, display: string) => ({ coding: [{ system, code, display }], text: display });
const meta = (version: number, days: number) => ({ versionId: String(version), lastUpdated: at(days) });
const place = (n: number) => ({ reference: `Organization/o${n}`, display: n === 1 ? 'North Hospital (invented)' : 'South Clinic (invented)' });

function patientResource(index: number): Json {
  const one = patients[index];
  const [family, given] = one.name.split(', ');
  return {
    resourceType: 'Patient', id: one.id, meta: meta(2, 1), identifier: [{ system: 'urn:mock:mrn', value: one.mrn ?? 'none' }],
    name: [{ family, given: [given], text: one.name_local ?? undefined }], gender: one.gender ?? undefined,
    birthDate: one.birth_date ?? undefined, managingOrganization: place(1),
  };
}

function observation(patient: string, index: number): Json {
  const potassium = index % 2 === 0;
  const value = potassium ? 3.6 + (index % 5) * 0.5 : 84 + index * 3;
  return {
    resourceType: 'Observation', id: `${patient}-obs${index}`, meta: meta(1, index), status: 'final',
    category: [concept('http://terminology.hl7.org/CodeSystem/observation-category', 'laboratory', 'Laboratory')],
    code: potassium ? concept('http://loinc.org', '2823-3', 'Potassium') : concept('http://loinc.org', '2160-0', 'Creatinine'),
    subject: { reference: `Patient/${patient}` }, effectiveDateTime: at(index), performer: [place(1 + (index % 2))],
    valueQuantity: { value, unit: potassium ? 'mmol/L' : 'umol/L', code: potassium ? 'mmol/L' : 'umol/L' },
    interpretation: value > 5 && potassium ? [concept('urn:mock', 'H', 'High')] : undefined,
    referenceRange: [potassium ? { low: { value: 3.5 }, high: { value: 5.1 } } : { low: { value: 60 }, high: { value: 110 } }],
  };
}

function chart(patient: string): Json[] {
  const subject = { reference: `Patient/${patient}` };
  return [
    { resourceType: 'Condition', id: `${patient}-c1`, meta: meta(1, 300), subject, clinicalStatus: concept('urn:mock', 'active', 'Active'),
      code: concept('http://hl7.org/fhir/sid/icd-10', 'I10', 'Essential hypertension'), recordedDate: at(300) },
    { resourceType: 'MedicationRequest', id: `${patient}-m1`, meta: meta(1, 30), subject, status: 'active', authoredOn: at(30),
      medicationCodeableConcept: concept('urn:mock', 'a1', 'Amlodipine 5 mg') },
    { resourceType: 'AllergyIntolerance', id: `${patient}-a1`, meta: meta(1, 900), patient: subject, recordedDate: at(900),
      code: concept('urn:mock', 'p1', 'Penicillin') },
    { resourceType: 'Encounter', id: `${patient}-e1`, meta: meta(1, 4), subject, status: 'in-progress', serviceProvider: place(1),
      type: [concept('urn:mock', 'i', 'Inpatient stay')], period: { start: at(4) } },
    ...Array.from({ length: 10 }, (_, index) => observation(patient, index)),
  ];
}

const all: Json[] = patients.flatMap((one, index) => [patientResource(index), ...chart(one.id)]);
const refersTo = (resource: Json, target: string) => JSON.stringify(resource).includes(`"reference":"${target}"`);

function bundle(matches: Json[], included: Json[] = [], outcome?: Json): Reply {
  const entry = [
    ...matches.map((resource) => ({ resource, search: { mode: 'match' } })),
    ...included.map((resource) => ({ resource, search: { mode: 'include' } })),
    ...(outcome ? [{ resource: outcome, search: { mode: 'outcome' } }] : []),
  ];
  return { status: 200, body: { resourceType: 'Bundle', type: 'searchset', total: matches.length, entry } };
}

function search(type: string, query: URLSearchParams): Reply {
  const patient = query.get('patient');
  const id = query.get('_id');
  const matches = all.filter(
    (one) => one.resourceType === type && (!patient || refersTo(one, `Patient/${patient}`)) && (!id || one.id === id),
  );
  const included = query.has('_revinclude') ? all.filter((one) => matches.some((match) => refersTo(one, `${type}/${match.id as string}`))) : [];
  const plan = { resourceType: 'OperationOutcome', issue: [{ severity: 'information', code: 'informational', diagnostics: 'invented plan: 1 index, 3 rows' }] };
  return bundle(matches.slice(0, 50), included, query.has('_explain') ? plan : undefined);
}

function history(found: Json): Reply {
  const before = { ...found, meta: meta(1, 20), gender: undefined };
  const entry = [
    { resource: found, request: { method: 'PUT', url: `${found.resourceType as string}/${found.id as string}` } },
    { resource: before, request: { method: 'POST', url: found.resourceType as string } },
  ];
  return { status: 200, body: { resourceType: 'Bundle', type: 'history', total: 2, entry } };
}

const parameters = [
  { name: '_id', type: 'token' }, { name: 'name', type: 'string' }, { name: 'birthdate', type: 'date' },
  { name: 'patient', type: 'reference' }, { name: 'code', type: 'token' }, { name: 'value-quantity', type: 'quantity' },
];

export function answerFhir(call: Call): Reply {
  const [, , type = '', id = '', part = ''] = call.path.split('/').map(decodeURIComponent);
  if (type === 'metadata') {
    const types = [...new Set(all.map((one) => one.resourceType as string))];
    return { status: 200, body: { resourceType: 'CapabilityStatement', rest: [{ resource: types.map((name) => ({ type: name, searchParam: parameters })) }] } };
  }
  if (!id) return search(type, call.query);
  const found = all.find((one) => one.resourceType === type && one.id === id);
  if (!found) {
    const issue = [{ severity: 'error', code: 'not-found', diagnostics: `${type}/${id} is not here` }];
    return { status: 404, body: { resourceType: 'OperationOutcome', issue } };
  }
  return part === '_history' ? history(found) : { status: 200, body: found };
}
