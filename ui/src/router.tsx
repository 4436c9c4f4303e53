// The addresses of the pages. Filters and tabs live in the query string, so that a page can be shared and reloaded.
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import i18next from 'i18next';
import type { Permission, Session } from './api/types.ts';
import { NotFound, PageSkeleton, RouteFailure } from './components/page_states.tsx';
import { Shell } from './components/shell/shell.tsx';
import { viewerAddress } from './components/viewer_link.tsx';

interface Context {
  session: Session;
}

type Search = Record<string, unknown>;

// Keeps the named parameters that are non-empty text; everything else in the address is dropped.
function only<K extends string>(...names: K[]) {
  return (search: Search): { [P in K]?: string } => {
    const kept: { [P in K]?: string } = {};
    for (const name of names) {
      const value = search[name];
      if (typeof value === 'string' && value !== '') kept[name] = value;
      if (typeof value === 'number') kept[name] = String(value);
    }
    return kept;
  };
}

export function homeFor(permissions: Permission[]): string {
  if (permissions.includes('read_clinical')) return '/worklist';
  if (permissions.includes('read_system')) return '/system';
  if (permissions.includes('read_audit')) return '/audit';
  return '/about';
}

const root = createRootRouteWithContext<Context>()({ component: Shell, notFoundComponent: NotFound });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: ({ context }) => {
    throw redirect({ to: homeFor(context.session.user.permissions), replace: true });
  },
});
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  beforeLoad: () => {
    throw redirect({ to: '/', replace: true });
  },
});
const worklist = createRoute({
  getParentRoute: () => root,
  path: '/worklist',
  validateSearch: only('ward', 'q', 'status', 'application', 'priority', 'flag'),
  component: lazyRouteComponent(() => import('./pages/worklist/worklist.tsx'), 'WorklistPage'),
});
const patients = createRoute({
  getParentRoute: () => root,
  path: '/patients',
  validateSearch: only('ward', 'q', 'sort', 'status'),
  component: lazyRouteComponent(() => import('./pages/patients.tsx'), 'PatientsPage'),
});
const patient = createRoute({
  getParentRoute: () => root,
  path: '/patients/$id',
  validateSearch: only('tab', 'hours', 'view'),
  component: lazyRouteComponent(() => import('./pages/patient/patient.tsx'), 'PatientPage'),
});
const result = createRoute({
  getParentRoute: () => root,
  path: '/results/$id',
  component: lazyRouteComponent(() => import('./pages/result/result.tsx'), 'ResultPage'),
});
const ecg = createRoute({
  getParentRoute: () => root,
  path: '/ecg', // the UID is in the query: with its dots it would look like the name of a file
  validateSearch: only('sop'),
  component: lazyRouteComponent(() => import('./pages/ecg.tsx'), 'EcgPage'),
});
const studies = createRoute({
  getParentRoute: () => root,
  path: '/studies',
  validateSearch: only('name', 'patient_id', 'accession', 'description', 'modality', 'from', 'to', 'state'),
  component: lazyRouteComponent(() => import('./pages/studies/studies.tsx'), 'StudiesPage'),
});
const study = createRoute({
  getParentRoute: () => root,
  path: '/study', // the UIDs are in the query, as with an ECG
  validateSearch: only('uid', 'series'),
  component: lazyRouteComponent(() => import('./pages/study/study.tsx'), 'StudyPage'),
});
const images = createRoute({
  getParentRoute: () => root,
  path: '/images', // where the image viewer sends who was not signed in: now they are
  validateSearch: only('study'),
  beforeLoad: ({ search }) => {
    const { study: uid } = search as { study?: string };
    if (!uid) throw redirect({ to: '/', replace: true });
    window.location.replace(viewerAddress(uid, i18next.language));
  },
  component: PageSkeleton,
});
const conflicts = createRoute({
  getParentRoute: () => root,
  path: '/conflicts',
  component: lazyRouteComponent(() => import('./pages/conflicts/conflicts.tsx'), 'ConflictsPage'),
});
const record = createRoute({
  getParentRoute: () => root,
  path: '/record',
  validateSearch: only('type', 'query', 'open', 'view'),
  component: lazyRouteComponent(() => import('./pages/record/record.tsx'), 'RecordPage'),
});
const identity = createRoute({
  getParentRoute: () => root,
  path: '/identity',
  component: lazyRouteComponent(() => import('./pages/identity/identity_review.tsx'), 'IdentityReviewPage'),
});
const system = createRoute({
  getParentRoute: () => root,
  path: '/system',
  validateSearch: only('tab', 'outcome'),
  component: lazyRouteComponent(() => import('./pages/system/system.tsx'), 'SystemPage'),
});
const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  validateSearch: only('from'),
  component: lazyRouteComponent(() => import('./pages/audit.tsx'), 'AuditPage'),
});
const users = createRoute({
  getParentRoute: () => root,
  path: '/users',
  component: lazyRouteComponent(() => import('./pages/users.tsx'), 'UsersPage'),
});
const authorize = createRoute({
  getParentRoute: () => root,
  path: '/authorize', // where /oauth/authorize sends people on to
  validateSearch: only('request'),
  component: lazyRouteComponent(() => import('./pages/consent/consent.tsx'), 'ConsentPage'),
});
const about = createRoute({
  getParentRoute: () => root,
  path: '/about',
  component: lazyRouteComponent(() => import('./pages/about.tsx'), 'AboutPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([home, signIn, worklist, patients, patient, result, ecg, studies, study, images, conflicts, identity, record, system, audit, users, authorize, about]),
  context: { session: undefined as unknown as Session },
  defaultPendingComponent: PageSkeleton,
  defaultErrorComponent: RouteFailure,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
  // Identifiers are text: "1e5" and "007" must not become numbers.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(search)) {
      if (value !== undefined && value !== null && value !== '') parameters.set(name, String(value));
    }
    const text = parameters.toString();
    return text ? `?${text}` : '';
  },
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
