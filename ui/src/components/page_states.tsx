// What a page shows when it has nothing to show yet, failed, or does not exist.
import { Button, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client.ts';
import type { ReactNode } from 'react';

export function PageSkeleton() {
  const { t } = useTranslation();
  return (
    <div className="page" aria-busy="true" aria-label={t('loading')} role="status">
      <Skeleton active title paragraph={{ rows: 8 }} />
    </div>
  );
}

export function useErrorText(): (error: unknown) => string {
  const { t, i18n } = useTranslation();
  return (error) => {
    if (!(error instanceof ApiError)) return t('error.unknown');
    const key = `error.${error.code.replaceAll('.', '_')}`;
    if (error.code && i18n.exists(key)) return t(key);
    if (error.status === 404) return t('error.not_found');
    if (error.status === 403) return t('error.denied');
    if (error.status >= 500) return t('error.server');
    return error.message || t('error.unknown');
  };
}

export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  const say = useErrorText();
  const request = error instanceof ApiError ? error.requestId : '';
  return (
    <div className="failure" role="alert">
      <strong>{t('error.title')}</strong>
      <span>{say(error)}</span>
      {request && <span className="muted mono">{t('error.request', { id: request })}</span>}
      {retry && (
        <Button size="small" onClick={retry}>
          {t('retry')}
        </Button>
      )}
    </div>
  );
}

export function PageFailure({ error, retry }: { error: unknown; retry?: () => void }) {
  return (
    <main className="page page-centre" id="main">
      <Failure error={error} retry={retry} />
    </main>
  );
}

export function RouteFailure({ error, reset }: { error: unknown; reset: () => void }) {
  return (
    <div className="page page-centre">
      <Failure error={error} retry={reset} />
    </div>
  );
}

export function NotFound() {
  const { t } = useTranslation();
  return (
    <div className="page page-centre">
      <div className="not-found">
        <span className="not-found-number" aria-hidden="true">
          404
        </span>
        <h1 className="page-title">{t('not_found.title')}</h1>
        <p className="muted">{t('not_found.text')}</p>
        <a href="/">{t('not_found.home')}</a>
      </div>
    </div>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return <p className="empty">{children}</p>;
}

export interface QueryLike<T> {
  data: T | undefined;
  isPending: boolean;
  error: Error | null;
  refetch: () => unknown;
}

// One query, four states: waiting, failed, empty, there.
export function Loaded<T>(props: {
  query: QueryLike<T>;
  rows?: number;
  empty?: string;
  isEmpty?: (data: T) => boolean;
  children: (data: T) => ReactNode;
}) {
  const { query, rows = 3, empty, isEmpty } = props;
  const { t } = useTranslation();
  if (query.data !== undefined) {
    if (empty && isEmpty?.(query.data)) return <Empty>{empty}</Empty>;
    return <>{props.children(query.data)}</>;
  }
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return (
    <div aria-busy="true" role="status" aria-label={t('loading')}>
      <Skeleton active title={false} paragraph={{ rows }} />
    </div>
  );
}
