// The audit log for auditors: leaves by page, the signed checkpoint, inclusion proofs, verification of everything.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Alert, Button, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAudit, useCheckpoint, useProof, useVerifyAudit } from '../api/system_queries.ts';
import type { AuditLeaf, AuditPage as Leaves } from '../api/system_types.ts';
import { DataTable, type Column } from '../components/data_table.tsx';
import { Digest } from '../components/digest.tsx';
import { Failure, Loaded } from '../components/page_states.tsx';
import { usePageTitle } from '../components/page_title.ts';
import { Fact, Panel } from '../components/panel.tsx';
import { TimeText } from '../components/time_text.tsx';

const pageSize = 100;

export function AuditPage() {
  const { t } = useTranslation('admin');
  usePageTitle(t('audit.title'));
  const search = useSearch({ from: '/audit' });
  const from = search.from === undefined ? undefined : Number(search.from);
  const query = useAudit(from, pageSize);
  return (
    <div className="page stack">
      <div className="page-head">
        <h1 className="page-title">{t('audit.title')}</h1>
        {query.data && <span className="muted">{t('audit.size', { count: query.data.size })}</span>}
      </div>
      <CheckpointPanel />
      <Panel title={t('audit.leaves')} extra={query.data && <Pages page={query.data} />}>
        <Loaded query={query} rows={10} empty={t('audit.none')} isEmpty={(page) => page.items.length === 0}>
          {(page) => <LeafTable leaves={page.items.toReversed()} />}
        </Loaded>
      </Panel>
    </div>
  );
}

function Pages({ page }: { page: Leaves }) {
  const { t } = useTranslation('admin');
  const navigate = useNavigate({ from: '/audit' });
  const first = page.items[0]?.index ?? 0;
  const last = page.items.at(-1)?.index ?? 0;
  const go = (from: number | undefined) =>
    void navigate({ search: () => (from === undefined ? {} : { from: String(from) }) });
  const newer = last + 1 + pageSize >= page.size ? undefined : last + 1;
  return (
    <span className="pages">
      <Button size="small" disabled={last + 1 >= page.size} onClick={() => go(newer)}>
        {t('audit.newer')}
      </Button>
      <span className="muted">{t('audit.range', { first, last })}</span>
      <Button size="small" disabled={first <= 0} onClick={() => go(Math.max(0, first - pageSize))}>
        {t('audit.older')}
      </Button>
    </span>
  );
}

function CheckpointPanel() {
  const { t } = useTranslation('admin');
  const query = useCheckpoint();
  const verify = useVerifyAudit();
  return (
    <Panel
      title={t('audit.checkpoint')}
      extra={
        <Button loading={verify.isPending} onClick={() => verify.mutate()}>
          {t('audit.verify')}
        </Button>
      }
    >
      <div aria-live="polite">
        {verify.error && <Failure error={verify.error} />}
        {verify.data && verify.data.problems.length === 0 && (
          <Alert type="success" showIcon title={t('audit.verified', { count: verify.data.leaves })} />
        )}
        {verify.data && verify.data.problems.length > 0 && (
          <Alert type="error" showIcon title={t('audit.problems')} description={verify.data.problems.join(' ')} />
        )}
      </div>
      <Loaded query={query} rows={2}>
        {(checkpoint) => (
          <dl className="facts">
            <Fact label={t('audit.checkpoint_size')}>{checkpoint.size}</Fact>
            <Fact label={t('audit.at')}>{checkpoint.at ? <TimeText at={checkpoint.at} form="full" /> : '–'}</Fact>
            <Fact label={t('audit.root')} wide>
              <span className="mono wrap">{checkpoint.root}</span>
            </Fact>
            <Fact label={t('audit.signature')} wide>
              <span className="mono wrap">{checkpoint.signature}</span>
            </Fact>
          </dl>
        )}
      </Loaded>
    </Panel>
  );
}

function LeafTable({ leaves }: { leaves: AuditLeaf[] }) {
  const { t } = useTranslation('admin');
  const [proof, setProof] = useState<number | null>(null);
  const columns: Column<AuditLeaf>[] = [
    { key: 'index', name: t('audit.index'), isRowName: true, cell: (leaf) => leaf.index },
    { key: 'at', name: t('audit.at'), cell: (leaf) => <TimeText at={leaf.at} /> },
    {
      key: 'who',
      name: t('audit.who'),
      cell: (leaf) => (
        <>
          {leaf.who} <span className="muted small">{leaf.role}</span>
        </>
      ),
    },
    { key: 'action', name: t('audit.action'), className: 'mono', cell: (leaf) => leaf.action },
    { key: 'object', name: t('audit.object'), className: 'mono wrap', cell: (leaf) => leaf.object },
    {
      key: 'outcome',
      name: t('audit.outcome'),
      cell: (leaf) => (
        <span className={`flag tone-${leaf.success ? 'low' : 'critical'}`}>
          <span aria-hidden="true">{leaf.success ? '✓' : '✕'}</span> {t(leaf.success ? 'audit.ok' : 'audit.refused')}
        </span>
      ),
    },
    { key: 'detail', name: t('audit.detail'), className: 'wrap', cell: (leaf) => leaf.detail },
    {
      key: 'leaf',
      name: t('audit.leaf'),
      cell: (leaf) => (
        <Button size="small" onClick={() => setProof(leaf.index)} aria-label={t('audit.proof_of', { index: leaf.index })}>
          {t('audit.proof')}
        </Button>
      ),
    },
  ];
  return (
    <>
      <DataTable label={t('audit.leaves')} rows={leaves} columns={columns} rowKey={(leaf) => String(leaf.index)} />
      <Proof index={proof} onClose={() => setProof(null)} />
    </>
  );
}

function Proof({ index, onClose }: { index: number | null; onClose: () => void }) {
  const { t } = useTranslation('admin');
  const { t: common } = useTranslation();
  const query = useProof(index);
  return (
    <Modal
      open={index !== null}
      onCancel={onClose}
      footer={null}
      title={t('audit.proof_of', { index })}
      closable={{ 'aria-label': common('close') }}
    >
      <Loaded query={query} rows={4}>
        {(proof) => (
          <dl className="facts facts-one">
            <Fact label={t('audit.proof_size')}>{proof.size}</Fact>
            <Fact label={t('audit.leaf_hash')}>
              <Digest value={proof.leaf_hash} />
            </Fact>
            <Fact label={t('audit.root')}>
              <Digest value={proof.root} />
            </Fact>
            <Fact label={t('audit.path')}>
              <ol className="mono small wrap">
                {proof.path.map((hash) => (
                  <li key={hash}>{hash}</li>
                ))}
              </ol>
            </Fact>
          </dl>
        )}
      </Loaded>
    </Modal>
  );
}
