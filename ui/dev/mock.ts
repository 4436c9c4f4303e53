// MOCK for development and for the component-level browser tests only: answers /api with invented data, no server, never
// part of dist. Sign in with any name and the password "mock"; the name chooses the role (doctor, nurse, admin, auditor, engineer).
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plugin } from 'vite';
import { answerFhir } from './mock_fhir.ts';
import { answer, type Reply } from './mock_routes.ts';
import { thumbnail } from './mock_studies.ts';

const sessions = new Map<string, string>();
const streams = new Set<ServerResponse>();

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text ? JSON.parse(text) : {};
}

const keyOf = (request: IncomingMessage) => /xinglin_mock=([a-z0-9]+)/.exec(request.headers.cookie ?? '')?.[1];
const userOf = (request: IncomingMessage) => sessions.get(keyOf(request) ?? '');

function send(response: ServerResponse, reply: Reply) {
  response.statusCode = reply.status;
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
  if (reply.body === undefined) {
    response.end();
    return;
  }
  response.setHeader('Content-Type', reply.status >= 400 ? 'application/problem+json' : 'application/json');
  response.end(JSON.stringify(reply.body));
}

export function publish(event: string, data: object) {
  for (const stream of streams) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

function openStream(response: ServerResponse) {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.write(': mock\n\n');
  streams.add(response);
  response.on('close', () => streams.delete(response));
}

export async function handle(request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url ?? '/', 'http://mock');
  const user = userOf(request);
  if (url.pathname === '/api/events') {
    if (user) openStream(response);
    else send(response, { status: 401, body: { code: 'trust.no-session', detail: 'no session' } });
    return;
  }
  const call = {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    body: await readBody(request),
    user,
  };
  const reply = url.pathname.startsWith('/fhir/') ? answerFhir(call) : answer(call);
  if (reply.signIn) {
    const key = Math.random().toString(36).slice(2);
    sessions.set(key, reply.signIn);
    reply.headers = { 'Set-Cookie': `xinglin_mock=${key}; HttpOnly; SameSite=Strict; Path=/` };
  }
  if (reply.signOut) sessions.delete(keyOf(request) ?? '');
  send(response, reply);
  if (reply.event) publish(reply.event.kind, reply.event.data);
}

// The header of the real server, so that the built pages are tested under it.
const policy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; object-src 'none'; " +
  "base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

function middleware(request: IncomingMessage, response: ServerResponse, next: () => void) {
  if (process.env.NODE_ENV === 'production') response.setHeader('Content-Security-Policy', policy);
  if (/^\/(api|fhir)\//.test(request.url ?? '')) void handle(request, response);
  else if (/^\/dicom-web\/.*\/thumbnail/.test(request.url ?? '')) {
    response.setHeader('Content-Type', 'image/svg+xml');
    response.end(thumbnail);
  }
  else next();
}

export function mockServer(): Plugin {
  return {
    name: 'mock-api',
    configureServer: (server) => void server.middlewares.use(middleware),
    configurePreviewServer: (server) => void server.middlewares.use(middleware),
  };
}
