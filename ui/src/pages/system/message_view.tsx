// One HL7 message: as it came, what was answered and why, which resources it made or changed; a refused one can be taken once
// more when its reason has been mended.
import { Link } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.tsx';
import { useMessage, useReplayMessage } from '../../api/system_queries.ts';
import type { MessageDetail } from '../../api/system_types.ts';
import { Failure } from '../../components/page_states.tsx';
import { AckMark } from './messages.tsx';
import { RawModal, RawText } from './raw_view.tsx';

export function MessageView({ id, onOpen }: { id: string | null; onOpen: (id: string | null) => void }) {
  const { t } = useTranslation('system');
  return (
    <RawModal title={t('message.title')} open={id !== null} onClose={() => onOpen(null)} query={useMessage(id)}>
      {(message) => (
        <>
          <p>
            <span className="mono">{message.type}</span> · {message.sender} · <AckMark ack={message.ack} />
          </p>
          {message.error && <p className="tone-critical">{message.error}</p>}
          <Again message={message} onOpen={onOpen} />
          <Became message={message} />
          {message.raw === null ? (
            <p className="muted">{t('message.hidden')}</p>
          ) : (
            <RawText label={t('message.raw')} text={message.raw} />
          )}
        </>
      )}
    </RawModal>
  );
}

// Later messages of the same bytes, and the act that makes one.
function Again({ message, onOpen }: { message: MessageDetail; onOpen: (id: string) => void }) {
  const { t } = useTranslation('system');
  const may = useMay();
  const app = App.useApp();
  const replay = useReplayMessage();
  return (
    <>
      {message.replays.length > 0 && (
        <p className="row-links">
          {t('message.replays')}
          {message.replays.map((id) => (
            <Button key={id} size="small" type="link" onClick={() => onOpen(String(id))}>
              {id}
            </Button>
          ))}
        </p>
      )}
      {message.ack === 'AE' && may('operate_system') && (
        <p>
          <Button
            size="small"
            loading={replay.isPending}
            onClick={() =>
              replay.mutate(message.id, {
                onSuccess: (again) => {
                  void app.message.info(t('message.replayed', { ack: again.ack }));
                  onOpen(again.id);
                },
              })
            }
          >
            {t('message.replay')}
          </Button>
        </p>
      )}
      {replay.error && <Failure error={replay.error} />}
    </>
  );
}

function Became({ message }: { message: MessageDetail }) {
  const { t } = useTranslation('system');
  const may = useMay();
  if (message.resources.length === 0) return null;
  return (
    <>
      <h3>{t('message.became')}</h3>
      <ul className="message-became mono">
        {message.resources.map((one) => (
          <li key={one}>
            {may('read_clinical') ? (
              <Link to="/record" search={{ open: one }}>
                {one}
              </Link>
            ) : (
              one
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
