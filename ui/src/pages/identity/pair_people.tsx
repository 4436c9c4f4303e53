// The two of a pair side by side, line by line.
import { useTranslation } from 'react-i18next';
import type { Pair } from '../../api/pair_queries.ts';
import type { PatientRef } from '../../api/types.ts';
import { usePatientText } from '../../components/patient_text.tsx';
import { TwoPeople, Who } from '../../components/two_people.tsx';

export function PairPeople({ pair }: { pair: Pair }) {
  const { t } = useTranslation('identity');
  const text = usePatientText();
  const { a_person: a, b_person: b } = pair;
  const row = (key: string, say: (person: PatientRef) => string) => ({
    key,
    name: t(`row.${key}`),
    first: a ? say(a) : text.unknown,
    second: b ? say(b) : text.unknown,
  });
  const name = {
    key: 'name',
    name: t('row.name'),
    first: <Who id={pair.a} person={a} />,
    second: <Who id={pair.b} person={b} />,
  };
  return (
    <TwoPeople
      label={t('compared')}
      first={t('first')}
      second={t('second')}
      rows={[name, row('birth_date', text.born), row('sex', text.gender), row('mrn', text.mrn), row('place', text.place)]}
    />
  );
}
