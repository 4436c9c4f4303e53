// What came in and could not be used, kept as it was, with the reason; its content for those who may read it.
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { idPath } from '../../api/client.ts';
import { useMay } from '../../api/session.tsx';
import { useQuarantine, useQuarantined } from '../../api/system_queries.ts';
import type { QuarantineDetail, QuarantineRow } from '../../api/system_types.ts';
import type { Column } from '../../components/data_table.tsx';
import { Digest } from '../../components/digest.tsx';
import { TimeText } from '../../components/time_text.tsx';
import { formatBytes } from '../../format/number.ts';
import { RawModal, RawText } from './raw_view.tsx';
import { RecordPanel } from './record_panel.tsx';

export function Quarantine() {
  const { t } = useTranslation('system');
  const may = useMay();
  const [open, setOpen] = useState<string | null>(null);
  const detail = useQuarantined(open);
  const columns: Column<QuarantineRow>[] = [
    { key: 'at', name: t('quarantine.at'), cell: (row) => <TimeText at={row.at} /> },
    { key: 'source', name: t('quarantine.source'), cell: (row) => t(`source.${row.source}`) },
    { key: 'sender', name: t('quarantine.sender'), cell: (row) => row.sender },
    {
      key: 'reason',
      name: t('quarantine.reason'),
      className: 'wrap',
      isRowName: true,
      cell: (row) => (
        <>
          {row.reason} <span className="mono muted small">{row.reason_code}</span>
        </>
      ),
    },
    { key: 'size', name: t('quarantine.size'), cell: (row) => formatBytes(row.size_bytes) },
    { key: 'digest', name: t('quarantine.digest'), cell: (row) => row.digest && <Digest value={row.digest} /> },
  ];
  if (may('read_received')) {
    columns.push({
      key: 'content',
      name: t('quarantine.content'),
      cell: (row) => (
        <span className="actions">
          <Button size="small" onClick={() => setOpen(row.id)} aria-label={t('quarantine.open', { id: row.id })}>
            {t('message.show')}
          </Button>
          <a href={`/api/system/quarantine/${idPath(row.id)}/file`} download aria-label={t('quarantine.download_this', { id: row.id })}>
            {t('quarantine.download')}
          </a>
        </span>
      ),
    });
  }
  return (
    <RecordPanel
      title={t('tab.quarantine')}
      text={t('quarantine.text')}
      query={useQuarantine()}
      none={t('quarantine.none')}
      columns={columns}
    >
      <RawModal title={t('quarantine.title')} open={open !== null} onClose={() => setOpen(null)} query={detail}>
        {(object) => <Content object={object} />}
      </RawModal>
    </RecordPanel>
  );
}

function Content({ object }: { object: QuarantineDetail }) {
  const { t } = useTranslation('system');
  return (
    <>
      <p>
        {t(`source.${object.source}`)} · {object.sender} · {formatBytes(object.size_bytes)}
      </p>
      <p className="tone-critical">
        {object.reason} <span className="mono small">{object.reason_code}</span>
      </p>
      {object.form === 'too-large' ? (
        <p className="muted">{t('quarantine.too_large')}</p>
      ) : (
        <>
          <p className="muted">
            {t(`quarantine.form_${object.form}`)}
            {object.shown_bytes < object.size_bytes && ` ${t('quarantine.part', { size: formatBytes(object.shown_bytes) })}`}
          </p>
          <RawText label={t('quarantine.content')} text={object.content} form={object.form} />
        </>
      )}
    </>
  );
}
