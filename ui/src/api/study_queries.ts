// Reads of the study list and the study page.
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, idPath } from './client.ts';
import type * as S from './study_types.ts';
import type { Page } from './types.ts';

export interface StudyFilter {
  name?: string;
  patient_id?: string;
  accession?: string;
  description?: string;
  modality?: string;
  from?: string;
  to?: string;
  state?: string;
}

const firstPageEveryMs = 30_000;

// Not told by live events: while a modality sends, every image would be one. The first page alone is asked again.
export const useStudyList = (filter: StudyFilter) =>
  useInfiniteQuery({
    queryKey: ['studies', filter],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      api.get<S.StudyPage>('/api/studies', { ...filter, limit: 50, cursor: pageParam }, signal),
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: (query) => (query.state.data?.pages.length === 1 ? firstPageEveryMs : false),
  });

export const useStudy = (uid: string | undefined) =>
  useQuery({
    queryKey: ['study', uid, 'page'],
    enabled: Boolean(uid),
    queryFn: ({ signal }) => api.get<S.StudyDetail>(`/api/studies/${idPath(uid ?? '')}`, undefined, signal),
  });

export const useSeriesInstances = (uid: string, series: string) =>
  useInfiniteQuery({
    queryKey: ['study', uid, 'series', series],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      api.get<Pick<Page<S.ArchivedInstance>, 'items' | 'next'>>(
        `/api/studies/${idPath(uid)}/instances`,
        { series, limit: 100, cursor: pageParam },
        signal,
      ),
    getNextPageParam: (page) => page.next ?? undefined,
  });

export const useReceipt = (sop: string | null) =>
  useQuery({
    queryKey: ['receipt', sop],
    enabled: Boolean(sop),
    queryFn: ({ signal }) => api.get<S.Receipt>(`/api/instances/${idPath(sop ?? '')}/receipt`, undefined, signal),
  });

const actPaths: Record<S.StudyVerb, (uid: string) => string> = {
  complete: (uid) => `/api/studies/${idPath(uid)}/complete`,
  reject: (uid) => `/api/studies/${idPath(uid)}/reject`,
  restore: (uid) => `/api/studies/${idPath(uid)}/restore`,
};

function useStudyChange<V>(uid: string, change: (value: V) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () =>
      Promise.all([['study', uid], ['studies'], ['patient']].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}

export const useStudyAct = (uid: string) =>
  useStudyChange(uid, ({ verb, reason }: { verb: S.StudyVerb; reason: string }) => api.post(actPaths[verb](uid), { reason }));
export const useCorrect = (uid: string) =>
  useStudyChange(uid, (body: { values: Record<string, string>; reason: string }) =>
    api.post(`/api/studies/${idPath(uid)}/correct`, body),
  );
export const useMoveStudy = (uid: string) =>
  useStudyChange(uid, (body: { patient: string; reason: string }) => api.post(`/api/studies/${idPath(uid)}/move`, body));
export const useUndoCorrection = (uid: string) =>
  useStudyChange(uid, ({ id, reason }: { id: number; reason: string }) =>
    api.post(`/api/studies/${idPath(uid)}/corrections/${idPath(String(id))}/undo`, { reason }),
  );
