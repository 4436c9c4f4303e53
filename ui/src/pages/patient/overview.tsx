// The first tab: vital signs now and over time, NEWS2, open tasks and the newest AI results, on one screen.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useNews2, useVitals } from '../../api/queries.ts';
import type { Patient } from '../../api/types.ts';
import { Choice } from '../../components/choice.tsx';
import { Loaded } from '../../components/page_states.tsx';
import { Panel } from '../../components/panel.tsx';
import { News2Panel } from './news2.tsx';
import { LatestResults } from './results.tsx';
import { Spo2ScaleChoice, Spo2ScaleNote } from './spo2_scale.tsx';
import { TasksPanel } from './tasks.tsx';
import { VitalsPanelBody } from './vitals.tsx';

const spans = ['6', '24', '72', '168'];

export function OverviewTab({ patient }: { patient: Patient }) {
  const { t } = useTranslation('patient');
  const search = useSearch({ from: '/patients/$id' });
  const navigate = useNavigate({ from: '/patients/$id' });
  const hours = spans.includes(search.hours ?? '') ? Number(search.hours) : 24;
  const vitals = useVitals(patient.id, hours);
  const news2 = useNews2(patient.id, Math.max(hours, 24));
  const span = (
    <Choice
      label={t('vitals.span')}
      value={String(hours)}
      onChange={(value) => void navigate({ search: (old) => ({ ...old, hours: value }), replace: true })}
      options={spans.map((value) => ({ value, text: t(`vitals.span_${value}`) }))}
    />
  );
  return (
    <div className="overview">
      <div className="overview-main">
        <Panel title={t('vitals.title')} extra={span}>
          <Loaded query={vitals} rows={8} empty={t('vitals.none')} isEmpty={(data) => data.series.length === 0}>
            {(data) => <VitalsPanelBody vitals={data} />}
          </Loaded>
        </Panel>
        <Panel
          title={t('news2.title')}
          extra={news2.data && <Spo2ScaleChoice patient={patient.id} scale={news2.data.spo2_scale} />}
        >
          <Loaded query={news2} rows={6} empty={t('news2.none')} isEmpty={(data) => data.points.length === 0}>
            {(data) => <News2Panel history={data} />}
          </Loaded>
          {news2.data && <Spo2ScaleNote scale={news2.data.spo2_scale} />}
        </Panel>
      </div>
      <div className="overview-side">
        <LatestResults patient={patient} />
        <TasksPanel patient={patient} />
      </div>
    </div>
  );
}
