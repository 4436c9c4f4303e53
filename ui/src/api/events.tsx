// Live updates: one server-sent event stream for the page. An event names what changed; the matching queries are asked
// again in the background, so lists keep their place. Without the stream the page says so and asks every 30 s.
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import { useSession } from './session.tsx';
import type { Ecg } from './types.ts';

export type StreamState = 'connecting' | 'live' | 'broken';

const StreamContext = createContext<StreamState>('connecting');
export const useStream = () => useContext(StreamContext);

const kinds = ['result', 'patient', 'observation', 'study', 'message', 'system'] as const;
type Kind = (typeof kinds)[number];

const gatherMs = 800; // events close together cause one refresh
const retryMs = 5_000;
const pollMs = 30_000;

export function keysOf(kind: Kind, id: string, patient: string | null): unknown[][] {
  const ofPatient = patient ? [['patient', patient]] : [];
  switch (kind) {
    case 'result':
      return [['worklist'], ['wards'], ['patients'], ['result', id.split('/').at(-1)], ...ofPatient];
    case 'patient':
      return [['patients'], ['wards'], ['worklist'], ['conflicts'], ['pairs'], ...ofPatient];
    case 'observation':
      return ofPatient;
    case 'study':
      return [['study', id], ...ofPatient];
    case 'message':
    case 'system':
      return [['system']];
  }
}

class Refresher {
  private readonly pending = new Map<string, unknown[]>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly client: QueryClient) {}

  add(keys: unknown[][]) {
    for (const key of keys) this.pending.set(JSON.stringify(key), key);
    this.timer ??= setTimeout(() => this.flush(), gatherMs);
  }
  // An ECG that was opened before its result came; its samples never change otherwise.
  ecgWithoutResult(patient: string | null) {
    void this.client.invalidateQueries({
      predicate: ({ queryKey, state }) => {
        const ecg = queryKey[0] === 'ecg' ? (state.data as Ecg | undefined) : undefined;
        return ecg !== undefined && ecg.result === null && ecg.patient === patient;
      },
    });
  }
  all() {
    void this.client.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'session' && q.queryKey[0] !== 'ecg' });
  }
  stop() {
    clearTimeout(this.timer);
  }
  private flush() {
    this.timer = undefined;
    for (const key of this.pending.values()) void this.client.invalidateQueries({ queryKey: key });
    this.pending.clear();
  }
}

function listen(client: QueryClient, setState: (state: StreamState) => void): () => void {
  const refresher = new Refresher(client);
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let wasBroken = false;

  const onEvent = (kind: Kind) => (event: MessageEvent<string>) => {
    const data = JSON.parse(event.data) as { type: string; id: string; patient: string | null };
    if (kind === 'result') refresher.ecgWithoutResult(data.patient);
    if (data.type === 'reset') refresher.all();
    else refresher.add(keysOf(kind, data.id, data.patient));
  };
  const open = () => {
    source = new EventSource('/api/events');
    source.onopen = () => {
      setState('live');
      if (wasBroken) refresher.all();
      wasBroken = false;
    };
    source.onerror = () => {
      wasBroken = true;
      setState('broken');
      // A refused stream is closed by the browser for good: ask for the session (401 signs out) and try again later.
      if (source?.readyState === EventSource.CLOSED) {
        void client.invalidateQueries({ queryKey: ['session'] });
        retry = setTimeout(open, retryMs);
      }
    };
    for (const kind of kinds) source.addEventListener(kind, onEvent(kind));
  };
  open();
  const poll = setInterval(() => {
    if (wasBroken) refresher.all();
  }, pollMs);
  return () => {
    source?.close();
    clearTimeout(retry);
    clearInterval(poll);
    refresher.stop();
  };
}

export function EventsProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const { session } = useSession();
  const [state, setState] = useState<StreamState>('connecting');
  const user = session?.user.id;
  useEffect(() => {
    if (!user) return undefined;
    setState('connecting');
    return listen(client, setState);
  }, [client, user]);
  return <StreamContext.Provider value={state}>{children}</StreamContext.Provider>;
}
