// Reads and actions of the system, audit and user pages.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, idPath } from './client.ts';
import type * as S from './system_types.ts';
import type { Items, Role } from './types.ts';

export const useSystem = () =>
  useQuery({
    queryKey: ['system', 'state'],
    refetchInterval: 15_000,
    queryFn: ({ signal }) => api.get<S.SystemState>('/api/system', undefined, signal),
  });

const messagesOfPage = 100;

export const useMessages = (outcome: string | undefined) =>
  useInfiniteQuery({
    queryKey: ['system', 'messages', outcome],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      api.get<Items<S.MessageRow>>('/api/system/messages', { outcome, limit: messagesOfPage, before: pageParam }, signal),
    getNextPageParam: ({ items }) => (items.length < messagesOfPage ? undefined : items[items.length - 1].id),
  });

export const useMessage = (id: string | null) =>
  useQuery({
    queryKey: ['message', id],
    enabled: Boolean(id),
    queryFn: ({ signal }) => api.get<S.MessageDetail>(`/api/system/messages/${idPath(id ?? '')}`, undefined, signal),
  });

export const useQuarantine = () =>
  useQuery({
    queryKey: ['system', 'quarantine'],
    queryFn: ({ signal }) => api.get<Items<S.QuarantineRow>>('/api/system/quarantine', { limit: 200 }, signal),
    select: (data) => data.items,
  });

export const useQuarantined = (id: string | null) =>
  useQuery({
    queryKey: ['quarantined', id],
    enabled: Boolean(id),
    queryFn: ({ signal }) =>
      api.get<S.QuarantineDetail>(`/api/system/quarantine/${idPath(id ?? '')}`, undefined, signal),
  });

export const useDeadLetters = () =>
  useQuery({
    queryKey: ['system', 'dead-letters'],
    queryFn: ({ signal }) => api.get<Items<S.DeadLetter>>('/api/system/dead-letters', { limit: 200 }, signal),
    select: (data) => data.items,
  });

export const useMerges = () =>
  useQuery({
    queryKey: ['system', 'merges'],
    queryFn: ({ signal }) => api.get<Items<S.MergeRow>>('/api/merges', { limit: 200 }, signal),
    select: (data) => data.items,
  });

function useAction<V, R>(run: (value: V) => Promise<R>, refresh: string[]) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSettled: () => Promise.all(refresh.map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
}

export const useReplay = () =>
  useAction((id: string) => api.post(`/api/system/dead-letters/${idPath(id)}/replay`), ['system']);
export const useReplayMessage = () =>
  useAction((id: string) => api.post<S.MessageRow>(`/api/system/messages/${idPath(id)}/replay`), ['system', 'message']);
export const useUndoMerge = () =>
  useAction((id: string) => api.post(`/api/merges/${idPath(id)}/undo`), ['system', 'patients', 'patient']);

export const useAudit = (from: number | undefined, limit: number) =>
  useQuery({
    queryKey: ['audit', 'leaves', from, limit],
    queryFn: ({ signal }) => api.get<S.AuditPage>('/api/audit', { from, limit }, signal),
  });
export const useCheckpoint = () =>
  useQuery({
    queryKey: ['audit', 'checkpoint'],
    queryFn: ({ signal }) => api.get<S.Checkpoint>('/api/audit/checkpoint', undefined, signal),
  });
export const useProof = (index: number | null) =>
  useQuery({
    queryKey: ['audit', 'proof', index],
    enabled: index !== null,
    queryFn: ({ signal }) => api.get<S.AuditProof>('/api/audit/proof', { index }, signal),
  });
export const useVerifyAudit = () => useMutation({ mutationFn: () => api.post<S.AuditVerification>('/api/audit/verify') });

export const useUsers = () =>
  useQuery({
    queryKey: ['users'],
    queryFn: ({ signal }) => api.get<Items<S.User>>('/api/users', undefined, signal),
    select: (data) => data.items,
  });
export interface NewUser {
  name: string;
  display: string;
  role: Role;
  password: string;
}
export const useCreateUser = () => useAction((user: NewUser) => api.post<S.User>('/api/users', user), ['users']);
export const useSetPassword = () =>
  useAction(
    ({ id, password }: { id: string; password: string }) => api.post(`/api/users/${idPath(id)}/password`, { password }),
    ['users'],
  );
export const useSetDisabled = () =>
  useAction(
    ({ id, disabled }: { id: string; disabled: boolean }) => api.post(`/api/users/${idPath(id)}/disabled`, { disabled }),
    ['users'],
  );
