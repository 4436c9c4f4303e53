import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';

const keys = ['j', 'k', 'Enter', '/', '?'];

export function KeyboardHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation('worklist');
  const { t: common } = useTranslation();
  return (
    <Modal
      open={open}
      onCancel={onClose}
      footer={null}
      title={t('keys.title')}
      width={420}
      closable={{ 'aria-label': common('close') }}
    >
      <dl className="keys">
        {keys.map((key) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(`keys.${key === '/' ? 'slash' : key === '?' ? 'help' : key}`)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
