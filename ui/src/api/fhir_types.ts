// The part of FHIR R4 that the pages look into; everything else of a resource is shown as it is.
export interface OperationOutcome {
  resourceType: 'OperationOutcome';
  issue: { severity: string; code: string; diagnostics?: string; details?: { text?: string }; expression?: string[] }[];
}
export interface Coding {
  system?: string;
  code?: string;
  display?: string;
}
export interface CodeableConcept {
  coding?: Coding[];
  text?: string;
}
export interface Reference {
  reference?: string;
  display?: string;
}
export interface Period {
  start?: string;
  end?: string;
}
export interface Quantity {
  value?: number;
  comparator?: string;
  unit?: string;
  code?: string;
}
export interface Resource {
  resourceType: string;
  id?: string;
  meta?: { versionId?: string; lastUpdated?: string; source?: string };
  [element: string]: unknown;
}
export interface BundleEntry {
  fullUrl?: string;
  resource?: Resource;
  search?: { mode?: 'match' | 'include' | 'outcome' };
  request?: { method?: string; url?: string };
  response?: { status?: string; lastModified?: string };
}
export interface Bundle {
  resourceType: 'Bundle';
  type: string;
  total?: number;
  link?: { relation: string; url: string }[];
  entry?: BundleEntry[];
}
export interface CapabilityStatement {
  rest?: {
    resource?: {
      type: string;
      searchParam?: { name: string; type: string; documentation?: string }[];
      searchInclude?: string[];
      searchRevInclude?: string[];
      operation?: { name: string; definition?: string }[];
    }[];
  }[];
}
