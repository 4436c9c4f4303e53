// Reads and actions of those who run the archive: peers, custody, deletion.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, idPath } from './client.ts';
import type { Items } from './types.ts';

export const peerRights = ['store', 'find', 'move', 'get', 'worklist', 'mpps', 'commitment'] as const;
export type PeerRight = (typeof peerRights)[number];
export interface PeerChange {
  host: string;
  port: number;
  tls: boolean;
  may: PeerRight[];
  send_results: boolean;
  ask_commitment: boolean;
  description: string;
}
export interface Peer extends PeerChange {
  ae_title: string;
}
export interface PeerEcho {
  answered: boolean;
  took_ms: number;
  error: string | null;
}
export interface Damage {
  sop_instance: string;
  study: string;
  kind: 'missing' | 'changed';
  found_at: string;
  seen_at: string;
  healed_at: string | null;
}
export interface Custody {
  checked: number;
  pass_started_at: string | null;
  last_pass_finished_at: string | null;
  last_pass_checked: number;
  passes: number;
  damaged: number;
  items: Damage[];
}

const peerPath = (title: string) => `/api/peers/${idPath(title)}`;

export const usePeers = () =>
  useQuery({
    queryKey: ['system', 'peers'],
    queryFn: ({ signal }) => api.get<Items<Peer>>('/api/peers', undefined, signal),
    select: (data) => data.items,
  });

function usePeerAction<V>(run: (value: V) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSettled: () => client.invalidateQueries({ queryKey: ['system', 'peers'] }),
  });
}
export const useSavePeer = () =>
  usePeerAction(({ ae_title, ...change }: Peer) => api.put(peerPath(ae_title), change));
export const useRemovePeer = () => usePeerAction((title: string) => api.delete(peerPath(title)));
export const useEchoPeer = () =>
  useMutation({ mutationFn: (title: string) => api.post<PeerEcho>(`/api/peers/${idPath(title)}/echo`) });

export const useCustody = () =>
  useQuery({
    queryKey: ['system', 'custody'],
    refetchInterval: 15_000,
    queryFn: ({ signal }) => api.get<Custody>('/api/system/custody', { limit: 200 }, signal),
  });

export interface Deletion {
  id: number;
  study: string;
  series: string | null;
  instance: string | null;
  who: string;
  why: string;
  at: string;
  purge_at: string;
  recovered_at: string | null;
  purged_at: string | null;
  instances: number;
  size_bytes: number;
}
export type DeletionAct =
  | { verb: 'add'; study: string; series?: string; instance?: string; reason: string }
  | { verb: 'hold' | 'release'; study: string; reason: string }
  | { verb: 'recover'; id: number; reason: string };

export const useDeletions = () =>
  useQuery({
    queryKey: ['system', 'deletions'],
    queryFn: ({ signal }) => api.get<Items<Deletion>>('/api/deletions', undefined, signal),
    select: (data) => data.items,
  });

export function useDeletionAct() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (act: DeletionAct) => {
      switch (act.verb) {
        case 'add':
          return api.post('/api/deletions', { study: act.study, series: act.series, instance: act.instance, reason: act.reason });
        case 'recover':
          return api.post(`/api/deletions/${act.id}/recover`, { reason: act.reason });
        case 'hold':
          return api.post(`/api/studies/${idPath(act.study)}/hold`, { reason: act.reason });
        case 'release':
          return api.post(`/api/studies/${idPath(act.study)}/release`, { reason: act.reason });
      }
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['system', 'deletions'] }),
  });
}
