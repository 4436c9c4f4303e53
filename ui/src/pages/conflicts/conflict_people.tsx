// The two of a conflict side by side, with what contradicts.
import { useTranslation } from 'react-i18next';
import type { Conflict } from '../../api/conflict_queries.ts';
import { usePatientText } from '../../components/patient_text.tsx';
import { TwoPeople, Who, type TwoPeopleRow } from '../../components/two_people.tsx';

// "urn:xinglin:issuer:HOSP" and "urn:oid:1.2" as people write them.
const issuerName = (system: string) => system.replace(/^urn:xinglin:issuer:/, '').replace(/^urn:oid:/, '');

export function ConflictPeople({ conflict }: { conflict: Conflict }) {
  const { t } = useTranslation('conflict');
  const text = usePatientText();
  const { known_person: known, other_person: other } = conflict;
  const row = (key: string, first: TwoPeopleRow['first'], second: TwoPeopleRow['second']) => ({
    key,
    name: t(`row.${key}`),
    differs: conflict.differs.some((one) => one === key),
    first,
    second,
  });
  const issuer = (system: string) => issuerName(system) || t('no_issuer');
  const name = row('name', <Who id={conflict.known} person={known} />, <Who id={conflict.other} person={other} />);
  return (
    <TwoPeople
      label={t('compared')}
      first={t('known')}
      second={t('other')}
      rows={[
        known ? name : { ...name, name: t('row.patient') },
        ...(known && other
          ? [
              row('birth_date', text.born(known), text.born(other)),
              row('gender', text.gender(known), text.gender(other)),
            ]
          : []),
        {
          ...row('issuer', issuer(conflict.known_system), issuer(conflict.other_system)),
          differs: conflict.known_system !== conflict.other_system,
        },
      ]}
    />
  );
}
