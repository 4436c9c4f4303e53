// All institutions together, or one: shown only when the resources name more than one or some name none.
import { useTranslation } from 'react-i18next';
import type { Resource } from '../../api/fhir_types.ts';
import { institutionsOf } from '../../format/institution.ts';

export function Institutions(props: { resources: Resource[]; chosen: string; onChoose: (name: string) => void }) {
  const { t } = useTranslation('patient');
  const names = institutionsOf(props.resources);
  if (names.length < 2) return null;
  return (
    <div className="chips" role="group" aria-label={t('chart.institutions')}>
      {['', ...names].map((name) => (
        <button
          key={name}
          type="button"
          className="chip"
          aria-pressed={props.chosen === name}
          onClick={() => props.onChoose(name)}
        >
          {name || t('chart.together')}
        </button>
      ))}
    </div>
  );
}
