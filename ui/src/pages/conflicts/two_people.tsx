// The two of a conflict side by side, line by line; what contradicts is marked by a sign, not by colour alone.
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Conflict } from '../../api/conflict_queries.ts';
import type { PatientRef } from '../../api/types.ts';
import { usePatientText } from '../../components/patient_text.tsx';

function Who({ id, person }: { id: string; person: PatientRef | null }) {
  const text = usePatientText();
  if (!person) return <span className="mono small">{id}</span>;
  return (
    <Link to="/patients/$id" params={{ id }}>
      {text.name(person)}
    </Link>
  );
}

// "urn:xinglin:issuer:HOSP" and "urn:oid:1.2" as people write them.
export const issuerName = (system: string) => system.replace(/^urn:xinglin:issuer:/, '').replace(/^urn:oid:/, '');

export function TwoPeople({ conflict }: { conflict: Conflict }) {
  const { t } = useTranslation('conflict');
  const text = usePatientText();
  const { known_person: known, other_person: other } = conflict;
  const rows = [
    {
      key: known ? 'name' : 'patient',
      differs: conflict.differs.includes('name'),
      known: <Who id={conflict.known} person={known} />,
      other: <Who id={conflict.other} person={other} />,
    },
    ...(known && other
      ? [
          { key: 'birth_date', differs: conflict.differs.includes('birth_date'), known: text.born(known), other: text.born(other) },
          { key: 'gender', differs: conflict.differs.includes('gender'), known: text.gender(known), other: text.gender(other) },
        ]
      : []),
    {
      key: 'issuer',
      differs: conflict.known_system !== conflict.other_system,
      known: issuerName(conflict.known_system) || t('no_issuer'),
      other: issuerName(conflict.other_system) || t('no_issuer'),
    },
  ];
  return (
    <table className="two-people">
      <caption className="visually-hidden">{t('compared')}</caption>
      <thead>
        <tr>
          <td />
          <th scope="col">{t('known')}</th>
          <th scope="col">{t('other')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key} className={row.differs ? 'differs' : undefined}>
            <th scope="row">
              {t(`row.${row.key}`)}
              {row.differs && (
                <span className="differs-mark">
                  {' '}
                  <span aria-hidden="true">≠</span>
                  <span className="visually-hidden">{t('differs')}</span>
                </span>
              )}
            </th>
            <td>{row.known}</td>
            <td>{row.other}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
