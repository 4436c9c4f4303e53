// Results of the patient over time: one line for each quantity with its trend, one column for each moment; all institutions
// together or one of them.
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePatientResources } from '../../api/fhir_queries.ts';
import type { Resource } from '../../api/fhir_types.ts';
import type { Patient } from '../../api/types.ts';
import { Choice } from '../../components/choice.tsx';
import { Loaded } from '../../components/page_states.tsx';
import { Panel } from '../../components/panel.tsx';
import { ScrollTable } from '../../components/scroll_table.tsx';
import { TimeText } from '../../components/time_text.tsx';
import { flowSheet, sparkline, type Cell, type Line } from '../../format/flow_sheet.ts';
import { institutionOf } from '../../format/institution.ts';
import { Institutions } from './institutions.tsx';

const categories = ['laboratory', 'vital-signs', 'all'] as const;
type Category = (typeof categories)[number];
const shown = 500;

export function FlowSheetTab({ patient }: { patient: Patient }) {
  const { t } = useTranslation('patient');
  const [category, setCategory] = useState<Category>('laboratory');
  const [institution, setInstitution] = useState('');
  const query = usePatientResources(
    'Observation',
    patient.id,
    `${category === 'all' ? '' : `category=${category}&`}_sort=-date`,
    shown,
  );
  return (
    <Panel
      title={t('sheet.title')}
      extra={
        <Choice
          label={t('sheet.category')}
          value={category}
          onChange={setCategory}
          options={categories.map((value) => ({ value, text: t(`sheet.${value}`) }))}
        />
      }
    >
      <Loaded query={query} rows={8} empty={t('sheet.none')} isEmpty={(found) => found.items.length === 0}>
        {(found) => (
          <>
            <Institutions resources={found.items} chosen={institution} onChoose={setInstitution} />
            <Sheet
              observations={institution ? found.items.filter((one) => institutionOf(one) === institution) : found.items}
            />
            {found.total > found.items.length && (
              <p className="muted panel-note">{t('sheet.newest', { count: found.items.length, total: found.total })}</p>
            )}
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function Sheet({ observations }: { observations: Resource[] }) {
  const { t } = useTranslation('patient');
  const sheet = flowSheet(observations);
  return (
    <ScrollTable label={t('sheet.title')} className="numbers sheet">
      <thead>
        <tr>
          <th scope="col">{t('sheet.quantity')}</th>
          <th scope="col">{t('sheet.trend')}</th>
          <th scope="col">{t('sheet.range')}</th>
          {sheet.moments.map((moment) => (
            <th key={moment} scope="col">
              <TimeText at={moment} form="full" />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {sheet.lines.map((line) => (
          <tr key={line.key}>
            <th scope="row">{line.name}</th>
            <td>
              <Trend line={line} />
            </td>
            <td className="muted">{line.range}</td>
            {sheet.moments.map((moment) => (
              <td key={moment}>
                {(line.cells.get(moment) ?? []).map((cell) => (
                  <Value key={cell.id} cell={cell} />
                ))}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </ScrollTable>
  );
}

function Value({ cell }: { cell: Cell }) {
  const isUrgent = cell.flag === 'HH' || cell.flag === 'LL' || cell.flag === 'AA';
  const isMarked = cell.flag !== '' && cell.flag !== 'N';
  return (
    <Link
      to="/record"
      search={{ open: `Observation/${cell.id}` }}
      className={`sheet-value ${isUrgent ? 'tone-critical' : isMarked ? 'tone-high' : ''}`}
    >
      {cell.text}
      {isMarked && <strong> {cell.flag}</strong>}
    </Link>
  );
}

// The curve says nothing that the numbers beside it do not say.
function Trend({ line }: { line: Line }) {
  const points = sparkline(line.trend, 88, 22);
  if (!points) return null;
  return (
    <svg width="88" height="22" viewBox="0 0 88 22" aria-hidden="true" className="sheet-trend">
      <polyline points={points} />
    </svg>
  );
}
