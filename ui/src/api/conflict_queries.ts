// Conflicts of patients: two under one number who may be one person.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, idPath } from './client.ts';
import type { Items, PatientRef } from './types.ts';

export type Decision = 'same' | 'different' | 'open';
export interface Conflict {
  id: string;
  number: string | null; // null for those who may not see patients, as are the two persons
  known_system: string;
  other_system: string;
  known: string;
  other: string;
  known_person: PatientRef | null;
  other_person: PatientRef | null;
  differs: ('name' | 'birth_date' | 'gender')[];
  at: string;
  sender: string;
  decision: 'same' | 'different' | null;
  decided_at: string | null;
  decided_by: string | null;
  why: string | null;
}

export const useConflicts = (state: 'open' | 'all') =>
  useQuery({
    queryKey: ['conflicts', state],
    queryFn: ({ signal }) => api.get<Items<Conflict>>('/api/conflicts', { state, limit: 200 }, signal),
    select: (data) => data.items,
  });

export function useDecide(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { decision: Decision; reason: string }) => api.post(`/api/conflicts/${idPath(id)}/decision`, body),
    onSettled: () =>
      Promise.all(
        ['conflicts', 'patients', 'patient', 'system'].map((key) => client.invalidateQueries({ queryKey: [key] })),
      ),
  });
}
