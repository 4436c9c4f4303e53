// What proves that one instance was taken in, with the way from its leaf to the signed root of the log, checked here.
import { Modal } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReceipt } from '../../api/study_queries.ts';
import type { Receipt } from '../../api/study_types.ts';
import { Loaded } from '../../components/page_states.tsx';
import { Fact } from '../../components/panel.tsx';
import { TimeText } from '../../components/time_text.tsx';
import { isIncluded } from '../../format/merkle.ts';
import { formatBytes } from '../../format/number.ts';

export function ReceiptModal({ sop, onClose }: { sop: string | null; onClose: () => void }) {
  const { t } = useTranslation('study');
  const { t: common } = useTranslation();
  const query = useReceipt(sop);
  return (
    <Modal
      open={sop !== null}
      onCancel={onClose}
      footer={null}
      width={680}
      title={t('receipt.one')}
      closable={{ 'aria-label': common('close') }}
    >
      <Loaded query={query} rows={6}>
        {(receipt) => <View receipt={receipt} />}
      </Loaded>
    </Modal>
  );
}

function View({ receipt }: { receipt: Receipt }) {
  const { t } = useTranslation('study');
  const { proof } = receipt;
  return (
    <dl className="facts facts-one">
      <Fact label={t('receipt.sop')}>
        <span className="mono wrap">{receipt.sop_instance}</span>
      </Fact>
      <Fact label={t('receipt.digest')}>
        <span className="mono wrap">{receipt.sha256}</span>
      </Fact>
      <Fact label={t('receipt.size')}>{formatBytes(receipt.size_bytes)}</Fact>
      <Fact label={t('receipt.at')}>
        <TimeText at={receipt.received_at} form="full" />
      </Fact>
      <Fact label={t('receipt.sender')}>{receipt.sender}</Fact>
      {receipt.deleted_at && (
        <Fact label={t(receipt.purged_at ? 'receipt.purged_at' : 'receipt.deleted_at')}>
          <TimeText at={receipt.purged_at ?? receipt.deleted_at} form="full" />
        </Fact>
      )}
      <Fact label={t('receipt.leaf')}>{receipt.audit_leaf}</Fact>
      <Fact label={t('receipt.proof')}>
        {proof ? <Checked receipt={receipt} proof={proof} /> : <span className="muted">{t('receipt.not_signed')}</span>}
      </Fact>
      {proof && (
        <>
          <Fact label={t('receipt.signed')}>
            <TimeText at={proof.signed_at} form="full" /> · {t('receipt.signed_size', { count: proof.size })}
          </Fact>
          <Fact label={t('receipt.root')}>
            <span className="mono wrap">{proof.root}</span>
          </Fact>
          <Fact label={t('receipt.signature')}>
            <span className="mono wrap">{proof.signature}</span>
          </Fact>
          <Fact label={t('receipt.path')}>
            <details>
              <summary>{t('receipt.hashes', { count: proof.path.length })}</summary>
              <ol className="mono small wrap">
                {proof.path.map((hash) => (
                  <li key={hash}>{hash}</li>
                ))}
              </ol>
            </details>
          </Fact>
        </>
      )}
    </dl>
  );
}

function Checked({ receipt, proof }: { receipt: Receipt; proof: NonNullable<Receipt['proof']> }) {
  const { t } = useTranslation('study');
  const [outcome, setOutcome] = useState<'checking' | 'holds' | 'fails' | 'unchecked'>('checking');
  useEffect(() => {
    let current = true;
    void isIncluded({ ...proof, index: receipt.audit_leaf }).then((included) => {
      if (current) setOutcome(included === undefined ? 'unchecked' : included ? 'holds' : 'fails');
    });
    return () => {
      current = false;
    };
  }, [proof, receipt.audit_leaf]);
  const tone = outcome === 'holds' ? 'low' : outcome === 'fails' ? 'critical' : 'high';
  if (outcome === 'checking') return <span aria-busy="true">{t('receipt.checking')}</span>;
  return (
    <span className={`flag tone-${tone}`} role="status">
      <span aria-hidden="true">{outcome === 'holds' ? '✓' : outcome === 'fails' ? '✕' : '–'}</span> {t(`receipt.${outcome}`)}
    </span>
  );
}
