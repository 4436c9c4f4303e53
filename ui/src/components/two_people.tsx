// Two people side by side, line by line; what contradicts is marked by a sign, not by colour alone.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PatientRef } from '../api/types.ts';
import { usePatientText } from './patient_text.tsx';
import '../styles/two_people.css';

export interface TwoPeopleRow {
  key: string;
  name: string;
  first: ReactNode;
  second: ReactNode;
  differs?: boolean;
}

export function Who({ id, person }: { id: string; person: PatientRef | null }) {
  const text = usePatientText();
  if (!person) return <span className="mono small">{id}</span>;
  return (
    <Link to="/patients/$id" params={{ id }}>
      {text.name(person)}
    </Link>
  );
}

export function TwoPeople({ label, first, second, rows }: { label: string; first: string; second: string; rows: TwoPeopleRow[] }) {
  const { t } = useTranslation();
  return (
    <table className="two-people">
      <caption className="visually-hidden">{label}</caption>
      <thead>
        <tr>
          <td />
          <th scope="col">{first}</th>
          <th scope="col">{second}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key} className={row.differs ? 'differs' : undefined}>
            <th scope="row">
              {row.name}
              {row.differs && (
                <span className="differs-mark">
                  {' '}
                  <span aria-hidden="true">≠</span>
                  <span className="visually-hidden">{t('differs')}</span>
                </span>
              )}
            </th>
            <td>{row.first}</td>
            <td>{row.second}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
