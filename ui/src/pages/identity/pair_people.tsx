// The two of a pair side by side, line by line.
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Pair } from '../../api/pair_queries.ts';
import type { PatientRef } from '../../api/types.ts';
import { usePatientText } from '../../components/patient_text.tsx';

function Who({ id, person }: { id: string; person: PatientRef | null }) {
  const text = usePatientText();
  return (
    <Link to="/patients/$id" params={{ id }}>
      {person ? text.name(person) : id}
    </Link>
  );
}

export function PairPeople({ pair }: { pair: Pair }) {
  const { t } = useTranslation('identity');
  const text = usePatientText();
  const { a_person: a, b_person: b } = pair;
  const rows = [
    { key: 'name', a: <Who id={pair.a} person={a} />, b: <Who id={pair.b} person={b} /> },
    { key: 'birth_date', a: a ? text.born(a) : text.unknown, b: b ? text.born(b) : text.unknown },
    { key: 'sex', a: a ? text.gender(a) : text.unknown, b: b ? text.gender(b) : text.unknown },
    { key: 'mrn', a: a ? text.mrn(a) : text.unknown, b: b ? text.mrn(b) : text.unknown },
    { key: 'place', a: a ? text.place(a) : text.unknown, b: b ? text.place(b) : text.unknown },
  ];
  return (
    <table className="two-people">
      <caption className="visually-hidden">{t('compared')}</caption>
      <thead>
        <tr>
          <td />
          <th scope="col">{t('first')}</th>
          <th scope="col">{t('second')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key}>
            <th scope="row">{t(`row.${row.key}`)}</th>
            <td>{row.a}</td>
            <td>{row.b}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
