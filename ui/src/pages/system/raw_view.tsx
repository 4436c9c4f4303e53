// What a machine sent, as it was sent, over the page: for those who may read what was received.
import type { UseQueryResult } from '@tanstack/react-query';
import { Modal } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Loaded } from '../../components/page_states.tsx';

export function RawModal<T>(props: {
  title: string;
  open: boolean;
  onClose: () => void;
  query: UseQueryResult<T>;
  children: (data: T) => ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <Modal
      open={props.open}
      onCancel={props.onClose}
      footer={null}
      width={900}
      title={props.title}
      closable={{ 'aria-label': t('close') }}
    >
      <Loaded query={props.query} rows={6}>
        {props.children}
      </Loaded>
    </Modal>
  );
}

export function RawText({ label, text, form = 'text' }: { label: string; text: string; form?: 'text' | 'dicom' | 'hex' }) {
  const { t } = useTranslation('system');
  return (
    <>
      <pre className={`raw raw-${form}`} tabIndex={0} role="region" aria-label={label}>
        {text}
      </pre>
      <p className="muted small">{t('recorded')}</p>
    </>
  );
}
