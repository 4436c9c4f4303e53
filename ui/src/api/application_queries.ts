// Applications: what one asks a person for, launches from a patient's page, the registry.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, idPath } from './client.ts';
import { retryUnlessSaid } from './queries.ts';
import type { Items } from './types.ts';

export interface Asked {
  client: { id: string; name: string };
  goes_to: string;
  scopes: string[];
  needs_patient: boolean;
  patient: string | null;
}
export interface Decision {
  approve: boolean;
  patient: string | null;
  scopes: string[];
}
export interface Application {
  id: string;
  name: string;
  redirect_uris: string[];
  launch_uri: string;
  scopes: string;
  role: string;
  proof: 'none' | 'secret' | 'keys';
}
export interface NewApplication extends Omit<Application, 'role' | 'proof'> {
  jwks: string;
  jwks_uri: string;
  secret: boolean;
}

export const useAsked = (id: string) =>
  useQuery({
    queryKey: ['asked', id],
    staleTime: Infinity,
    retry: retryUnlessSaid,
    queryFn: ({ signal }) => api.get<Asked>(`/api/authorizations/${idPath(id)}`, undefined, signal),
  });

// Both lead out of these pages, to the application.
export const useDecide = (id: string) =>
  useMutation({
    mutationFn: (decision: Decision) => api.post<{ address: string }>(`/api/authorizations/${idPath(id)}`, decision),
    onSuccess: ({ address }) => window.location.assign(address),
  });

export const useLaunchable = () =>
  useQuery({
    queryKey: ['launchable'],
    staleTime: 5 * 60_000,
    queryFn: ({ signal }) => api.get<Items<{ id: string; name: string }>>('/api/launches', undefined, signal),
    select: (data) => data.items,
  });

export const useLaunch = () =>
  useMutation({
    mutationFn: (what: { application: string; patient: string }) =>
      api.post<{ address: string }>('/api/launches', what),
    onSuccess: ({ address }) => window.location.assign(address),
  });

const registry = ['applications'];

export const useApplications = () =>
  useQuery({
    queryKey: registry,
    queryFn: ({ signal }) => api.get<Items<Application>>('/api/clients', undefined, signal),
    select: (data) => data.items,
  });

export function useAddApplication() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (application: NewApplication) =>
      api.post<{ id: string; secret: string | null }>('/api/clients', application),
    onSuccess: () => client.invalidateQueries({ queryKey: registry }),
  });
}

export function useRemoveApplication() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.delete<void>(`/api/clients/${idPath(id)}`),
    onSuccess: () => client.invalidateQueries({ queryKey: registry }),
  });
}
