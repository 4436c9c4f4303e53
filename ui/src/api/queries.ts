// Every read of the pages as a TanStack query: the key says what it is, so that live events know what to refresh.
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api, ApiError, idPath } from './client.ts';
import type * as T from './types.ts';

export const retryUnlessSaid = (count: number, error: Error) =>
  count < 2 && error instanceof ApiError && (error.status === 0 || error.status === 503);

export interface WorklistFilter {
  ward?: string;
  q?: string;
  status?: string;
  application?: string;
  priority?: string;
  flag?: string;
}
export interface PatientFilter {
  q?: string;
  ward?: string;
  sort?: string;
  status?: string;
}

const nextPage = <P extends { next: string | null }>(page: P) => page.next ?? undefined;

export const useWorklist = (filter: WorklistFilter) =>
  useInfiniteQuery({
    queryKey: ['worklist', filter],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      api.get<T.WorklistPage>('/api/worklist', { ...filter, limit: 100, cursor: pageParam }, signal),
    getNextPageParam: nextPage,
    placeholderData: keepPreviousData,
  });

export const usePatients = (filter: PatientFilter) =>
  useInfiniteQuery({
    queryKey: ['patients', filter],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      api.get<T.Page<T.PatientListItem>>('/api/patients', { ...filter, limit: 200, cursor: pageParam }, signal),
    getNextPageParam: nextPage,
    placeholderData: keepPreviousData,
  });

export const useWards = (enabled = true) =>
  useQuery({
    queryKey: ['wards'],
    enabled,
    queryFn: ({ signal }) => api.get<T.Items<T.Ward>>('/api/wards', undefined, signal),
    select: (data) => data.items,
  });

export const useApplications = () =>
  useQuery({
    queryKey: ['applications'],
    staleTime: 300_000,
    queryFn: ({ signal }) => api.get<T.Items<T.Application>>('/api/applications', undefined, signal),
    select: (data) => data.items,
  });

const patientPath = (id: string, part = '') => `/api/patients/${idPath(id)}${part}`;

export const usePatient = (id: string | undefined) =>
  useQuery({
    queryKey: ['patient', id, 'banner'],
    enabled: Boolean(id),
    queryFn: ({ signal }) => api.get<T.Patient>(patientPath(id ?? ''), undefined, signal),
  });

export const useVitals = (id: string, hours: number) =>
  useQuery({
    queryKey: ['patient', id, 'vitals', hours],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => api.get<T.Vitals>(patientPath(id, '/vitals'), { hours }, signal),
  });

export const useNews2 = (id: string, hours: number) =>
  useQuery({
    queryKey: ['patient', id, 'news2', hours],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => api.get<T.News2History>(patientPath(id, '/news2'), { hours }, signal),
  });

export const usePatientResults = (id: string) =>
  useQuery({
    queryKey: ['patient', id, 'results'],
    queryFn: ({ signal }) =>
      api.get<T.Items<T.ResultSummary>>(patientPath(id, '/results'), { limit: 100 }, signal),
    select: (data) => data.items,
  });

export const useLabs = (id: string, hours: number) =>
  useQuery({
    queryKey: ['patient', id, 'labs', hours],
    queryFn: ({ signal }) => api.get<{ reports: T.LabReport[] }>(patientPath(id, '/labs'), { hours }, signal),
    select: (data) => data.reports,
  });

export const useTimeline = (id: string) =>
  useQuery({
    queryKey: ['patient', id, 'timeline'],
    queryFn: ({ signal }) => api.get<T.Items<T.TimelineItem>>(patientPath(id, '/timeline'), { limit: 200 }, signal),
    select: (data) => data.items,
  });

export const useStudies = (id: string) =>
  useQuery({
    queryKey: ['patient', id, 'studies'],
    queryFn: ({ signal }) => api.get<T.Items<T.Study>>(patientPath(id, '/studies'), undefined, signal),
    select: (data) => data.items,
  });

export const useTasks = (id: string) =>
  useQuery({
    queryKey: ['patient', id, 'tasks'],
    queryFn: ({ signal }) => api.get<T.Items<T.CareTask>>(patientPath(id, '/tasks'), undefined, signal),
    select: (data) => data.items,
  });

export const useResult = (id: string | null | undefined) =>
  useQuery({
    queryKey: ['result', id],
    enabled: Boolean(id),
    queryFn: ({ signal }) => api.get<T.Result>(`/api/results/${idPath(id ?? '')}`, undefined, signal),
  });

// The samples of an object never change; only its newest result does, so it is not refetched by live events.
export const useEcg = (sop: string | null | undefined) =>
  useQuery({
    queryKey: ['ecg', sop],
    enabled: Boolean(sop),
    staleTime: 60_000,
    queryFn: ({ signal }) => api.get<T.Ecg>(`/api/ecg/${idPath(sop ?? '')}`, undefined, signal),
  });
