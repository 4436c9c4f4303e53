// Bulk exports and imports, as those see them who run the house.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, idPath } from './client.ts';
import type { Items } from './types.ts';

export interface BulkJob {
  id: string;
  kind: 'export' | 'import';
  state: 'running' | 'done' | 'failed' | 'cancelled';
  who: string;
  progress: string;
  resources: number;
  refused: number;
  error: string | null;
  created_at: string;
  ended_at: string | null;
  expires_at: string | null;
}

export const useBulkJobs = () =>
  useQuery({
    queryKey: ['system', 'bulk'],
    refetchInterval: 5_000,
    queryFn: ({ signal }) => api.get<Items<BulkJob>>('/api/system/bulk', { limit: 100 }, signal),
    select: (data) => data.items,
  });

export function useCancelBulkJob() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.post(`/api/system/bulk/${idPath(id)}/cancel`),
    onSettled: () => client.invalidateQueries({ queryKey: ['system', 'bulk'] }),
  });
}
