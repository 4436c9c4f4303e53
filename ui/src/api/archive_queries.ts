// Reads and actions of those who run the archive: peers, custody.
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
