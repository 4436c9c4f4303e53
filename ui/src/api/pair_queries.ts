// Pairs of patients who may be one person: identity review.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, idPath } from './client.ts';
import type { Items, PatientRef } from './types.ts';

export type PairVerdict = 'same' | 'linked' | 'different' | 'later' | 'open';
export type PairState = 'open' | 'later' | 'all';
export interface Evidence {
  field: string;
  level: string;
  bits: number;
}
export interface Pair {
  id: string;
  a: string;
  b: string;
  a_person: PatientRef | null;
  b_person: PatientRef | null;
  probability: number;
  evidence: Evidence[];
  at: string;
  decision: 'same' | 'linked' | 'different' | 'later' | null;
  decided_at: string | null;
  decided_by: string | null;
  why: string | null;
}
export interface PairDecision {
  at: string;
  who: string;
  decision: PairVerdict;
  why: string;
}

export const usePairs = (state: PairState) =>
  useQuery({
    queryKey: ['pairs', state],
    queryFn: ({ signal }) => api.get<Items<Pair>>('/api/identity/pairs', { state, limit: 100 }, signal),
    select: (data) => data.items,
  });

export const usePairHistory = (id: string) =>
  useQuery({
    queryKey: ['pairs', 'history', id],
    queryFn: ({ signal }) => api.get<Items<PairDecision>>(`/api/identity/pairs/${idPath(id)}/history`, {}, signal),
    select: (data) => data.items,
  });

export function useDecidePair(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { decision: PairVerdict; reason: string }) => api.post(`/api/identity/pairs/${idPath(id)}/decision`, body),
    onSettled: () =>
      Promise.all(['pairs', 'patients', 'patient', 'system'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
}
