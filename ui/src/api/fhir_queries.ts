// The record by its own interface: what the server offers, searches page by page, one resource and its versions.
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api, idPath } from './client.ts';
import type { Bundle, BundleEntry, CapabilityStatement, Resource } from './fhir_types.ts';

export interface OfferedType {
  type: string;
  parameters: { name: string; type: string; documentation?: string }[];
}

const pageSize = 50;

export const useCapabilities = () =>
  useQuery({
    queryKey: ['fhir', 'metadata'],
    staleTime: Infinity,
    queryFn: ({ signal }) => api.get<CapabilityStatement>('/fhir/metadata', undefined, signal),
    select: (statement): OfferedType[] =>
      (statement.rest?.[0]?.resource ?? [])
        .map((one) => ({ type: one.type, parameters: one.searchParam ?? [] }))
        .sort((a, b) => a.type.localeCompare(b.type)),
  });

// The way to the next page belongs to this server: only its path and query are used.
export function nextOf(bundle: Bundle): string | undefined {
  const url = bundle.link?.find((link) => link.relation === 'next')?.url;
  if (!url) return undefined;
  const { pathname, search } = new URL(url, window.location.origin);
  return pathname + search;
}

export const resourcesOf = (bundle: Bundle, mode: 'match' | 'include' | 'outcome' = 'match'): Resource[] =>
  (bundle.entry ?? []).flatMap((entry) =>
    entry.resource && (entry.search?.mode ?? 'match') === mode ? [entry.resource] : [],
  );

export const searchAddress = (type: string, query: string) => {
  const parameters = new URLSearchParams(query);
  if (!parameters.has('_count')) parameters.set('_count', String(pageSize));
  return `/fhir/${idPath(type)}?${parameters.toString()}`;
};

export const useFhirSearch = (type: string, query: string, enabled = true) =>
  useInfiniteQuery({
    queryKey: ['fhir', 'search', type, query],
    enabled,
    retry: false,
    initialPageParam: searchAddress(type, query),
    queryFn: ({ pageParam, signal }) => api.get<Bundle>(pageParam, undefined, signal),
    getNextPageParam: nextOf,
    placeholderData: keepPreviousData,
  });

// What the plan of a search was and what it cost; asked for one match only.
export const useFhirPlan = (type: string, query: string, enabled: boolean) =>
  useQuery({
    queryKey: ['fhir', 'explain', type, query],
    enabled,
    retry: false,
    queryFn: ({ signal }) => {
      const parameters = new URLSearchParams(query);
      parameters.set('_explain', 'true');
      parameters.set('_count', '1');
      return api.get<Bundle>(`/fhir/${idPath(type)}?${parameters.toString()}`, undefined, signal);
    },
    select: (bundle) => resourcesOf(bundle, 'outcome'),
  });

export const useFhirResource = (type: string, id: string, version?: string) =>
  useQuery({
    queryKey: ['fhir', 'resource', type, id, version ?? ''],
    retry: false,
    queryFn: ({ signal }) =>
      api.get<Resource>(
        `/fhir/${idPath(type)}/${idPath(id)}${version ? `/_history/${idPath(version)}` : ''}`,
        undefined,
        signal,
      ),
  });

export const useFhirHistory = (type: string, id: string) =>
  useQuery({
    queryKey: ['fhir', 'history', type, id],
    retry: false,
    queryFn: ({ signal }) =>
      api.get<Bundle>(`/fhir/${idPath(type)}/${idPath(id)}/_history`, { _count: 100 }, signal),
    select: (bundle): BundleEntry[] => bundle.entry ?? [],
  });

// Resources of one type in the record of a patient, newest first, as many as a page shows.
export const usePatientResources = (type: string, patient: string, query = '', count = 200) =>
  useQuery({
    queryKey: ['patient', patient, 'fhir', type, query],
    retry: false,
    queryFn: ({ signal }) =>
      api.get<Bundle>(
        `/fhir/${idPath(type)}?${new URLSearchParams(`patient=${idPath(patient)}&_count=${count}${query ? `&${query}` : ''}`).toString()}`,
        undefined,
        signal,
      ),
    select: (bundle) => ({ total: bundle.total ?? 0, items: resourcesOf(bundle) }),
  });
