// One fetch for the whole page: session cookie, CSRF header, problem+json as a typed error, sign-out on a lost session.
import type { OperationOutcome } from './fhir_types.ts';
import type { Problem } from './types.ts';

export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string;
  readonly retryAfterS: number | undefined;

  constructor(status: number, problem: Partial<Problem>, retryAfterS?: number) {
    super(problem.detail || problem.title || `HTTP ${status}`);
    this.status = status;
    this.code = problem.code ?? '';
    this.requestId = problem.request_id ?? '';
    this.retryAfterS = retryAfterS;
  }
}

let csrf = '';
let onSessionLost: () => void = () => undefined;

export function setCsrf(token: string) {
  csrf = token;
}
export function whenSessionLost(callback: () => void) {
  onSessionLost = callback;
}

// A page asks by itself, too (live events, polling). When nobody has touched it for a while it says so, and the server
// does not count that as activity: a session left alone ends.
const attendedMs = 60_000;
let touchedAt = Date.now();
if (typeof window !== 'undefined') {
  const touched = () => (touchedAt = Date.now());
  for (const kind of ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const) {
    window.addEventListener(kind, touched, { passive: true, capture: true });
  }
}

type Query = Record<string, string | number | undefined | null>;

export function withQuery(path: string, query?: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text ? `${path}?${text}` : path;
}

async function send<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = { Accept: path.startsWith('/fhir') ? 'application/fhir+json' : 'application/json' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (method !== 'GET') headers['X-CSRF-Token'] = csrf;
  if (Date.now() - touchedAt > attendedMs) headers['X-Unattended'] = '1';
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: 'same-origin',
      signal,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, { code: 'page.no-connection', detail: 'The server cannot be reached.' });
  }
  if (!response.ok) throw await toError(response);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

// What /fhir says instead of problem+json: each issue with the place it speaks of.
function ofOutcome(outcome: OperationOutcome): Partial<Problem> {
  const lines = outcome.issue.map((issue) => {
    const text = issue.details?.text ?? issue.diagnostics ?? issue.code;
    return issue.expression?.length ? `${issue.expression.join(', ')}: ${text}` : text;
  });
  return { detail: lines.join('\n') };
}

async function toError(response: Response): Promise<ApiError> {
  let problem: Partial<Problem> = {};
  try {
    const body = (await response.json()) as Problem | OperationOutcome;
    problem = 'issue' in body ? ofOutcome(body) : body;
  } catch {
    // Not our problem+json (a proxy's page, say): the status is all there is.
  }
  const error = new ApiError(response.status, problem, Number(response.headers.get('Retry-After')) || undefined);
  if (error.status === 401 && error.code !== 'trust.bad-credentials') onSessionLost();
  return error;
}

export const api = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) => send<T>('GET', withQuery(path, query), undefined, signal),
  post: <T>(path: string, body?: unknown) => send<T>('POST', path, body),
  put: <T>(path: string, body: unknown) => send<T>('PUT', path, body),
  delete: <T>(path: string) => send<T>('DELETE', path),
};

export const idPath = (id: string) => encodeURIComponent(id);
