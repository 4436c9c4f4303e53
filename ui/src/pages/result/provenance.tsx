// What the result was computed from and by: application, model, inputs with digests, outputs, stated limits.
import { useTranslation } from 'react-i18next';
import type { Result } from '../../api/types.ts';
import { Digest } from '../../components/digest.tsx';
import { usePhrase } from '../../components/phrases.ts';
import { Fact, Panel } from '../../components/panel.tsx';
import { TimeText } from '../../components/time_text.tsx';
import { useText } from '../../i18n.ts';
import { personOf } from './decision.tsx';

const shownInputs = 3; // more are folded away

function Inputs({ inputs }: { inputs: Result['inputs'] }) {
  const { t } = useTranslation('result');
  const phrase = usePhrase();
  const list = (
    <ul className="references">
      {inputs.map((input) => (
        <li key={input.reference}>
          <span>{input.label ? phrase(input.label) : input.reference}</span>{' '}
          {input.digest && <Digest value={input.digest} />}
          {input.label && <div className="mono muted small wrap">{input.reference}</div>}
        </li>
      ))}
    </ul>
  );
  if (inputs.length <= shownInputs) return list;
  return (
    <details>
      <summary>{t('objects', { count: inputs.length })}</summary>
      {list}
    </details>
  );
}

export function Provenance({ result }: { result: Result }) {
  const { t } = useTranslation('result');
  const text = useText();
  const { application } = result;
  return (
    <Panel title={t('provenance')}>
      <dl className="facts facts-one">
        <Fact label={t('application')}>
          {text(application.name)} <span className="mono">{application.version}</span>
        </Fact>
        <Fact label={t('intended_use')}>{text(application.intended_use)}</Fact>
        <Fact label={t('model')}>
          {application.model_digests.length === 0
            ? t('no_model')
            : application.model_digests.map((digest) => <Digest key={digest} value={digest} />)}
        </Fact>
        <Fact label={t('created')}>
          <TimeText at={result.created} form="full" />
        </Fact>
        <Fact label={t('first_read')}>
          {result.read ? (
            <>
              {personOf(result.read.who)} · <TimeText at={result.read.at} form="full" />
            </>
          ) : (
            t('not_read')
          )}
        </Fact>
        <Fact label={t('inputs')}>
          <Inputs inputs={result.inputs} />
        </Fact>
        {result.outputs.length > 0 && (
          <Fact label={t('outputs')}>
            <details>
              <summary>{t('objects', { count: result.outputs.length })}</summary>
              <ul className="references">
                {result.outputs.map((output) => (
                  <li key={output.reference} className="mono small wrap">
                    {output.reference}
                  </li>
                ))}
              </ul>
            </details>
          </Fact>
        )}
        {result.limits.length > 0 && (
          <Fact label={t('limits')}>
            <ul className="limits">
              {result.limits.map((limit) => (
                <li key={limit.en}>{text(limit)}</li>
              ))}
            </ul>
          </Fact>
        )}
      </dl>
    </Panel>
  );
}
