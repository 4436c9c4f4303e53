// Who is signed in. The session itself is a cookie the page cannot read; this keeps the answer of GET /api/session.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { api, ApiError, setCsrf, whenSessionLost } from './client.ts';
import type { Permission, Session } from './types.ts';

interface SessionState {
  session: Session | null;
  loading: boolean;
  error: Error | null; // the server could not be asked
  expired: boolean; // there was a session and it ended by itself
  signIn(username: string, password: string): Promise<void>;
  signOut(): Promise<void>;
  retry(): void;
}

const SessionContext = createContext<SessionState | null>(null);
const key = ['session'];

async function readSession(): Promise<Session | null> {
  try {
    const session = await api.get<Session>('/api/session');
    setCsrf(session.csrf);
    return session;
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

export function SessionProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [expired, setExpired] = useState(false);
  const query = useQuery({ queryKey: key, queryFn: readSession, staleTime: Infinity, retry: 1 });

  const forget = useCallback(
    (byItself: boolean) => {
      if (byItself && client.getQueryData<Session | null>(key)) setExpired(true);
      setCsrf('');
      client.setQueryData(key, null);
      client.removeQueries({ predicate: (q) => q.queryKey[0] !== 'session' });
    },
    [client],
  );
  useEffect(() => whenSessionLost(() => forget(true)), [forget]);

  const value = useMemo<SessionState>(
    () => ({
      session: query.data ?? null,
      loading: query.isPending,
      error: query.error,
      expired,
      async signIn(username, password) {
        const session = await api.post<Session>('/api/session', { username, password });
        setCsrf(session.csrf);
        setExpired(false);
        client.setQueryData(key, session);
      },
      async signOut() {
        try {
          await api.delete('/api/session');
        } finally {
          setExpired(false);
          forget(false);
        }
      },
      retry: () => void query.refetch(),
    }),
    [query, expired, client, forget],
  );
  return <SessionContext.Provider value={value}>{children}</SessionContext.Provider>;
}

export function useSession(): SessionState {
  const state = useContext(SessionContext);
  if (!state) throw new Error('useSession outside SessionProvider');
  return state;
}

export function useMay(): (permission: Permission) => boolean {
  const { session } = useSession();
  return (permission) => session?.user.permissions.includes(permission) ?? false;
}
