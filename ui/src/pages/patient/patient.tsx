// One patient: banner, and below it the vital signs, NEWS2, ECG, results and history. The open tab is in the address.
import { Link, Navigate, useParams, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { usePatient } from '../../api/queries.ts';
import type { Patient } from '../../api/types.ts';
import { Loaded } from '../../components/page_states.tsx';
import { usePageTitle } from '../../components/page_title.ts';
import { TabLinks } from '../../components/tab_links.tsx';
import { PatientBanner } from './banner.tsx';
import { ChartTab } from './chart.tsx';
import { EcgTab } from './ecg_tab.tsx';
import { FlowSheetTab } from './flow_sheet.tsx';
import { LabsTab } from './labs.tsx';
import { LaunchButtons } from './launch.tsx';
import { OverviewTab } from './overview.tsx';
import { ResultsTab } from './results.tsx';
import { StudiesTab } from './studies.tsx';
import { TimelineTab } from './timeline.tsx';
import '../../styles/patient.css';

const tabs = ['overview', 'chart', 'sheet', 'ecg', 'labs', 'results', 'studies', 'timeline'] as const;
type Tab = (typeof tabs)[number];

export function PatientPage() {
  const { id } = useParams({ from: '/patients/$id' });
  const { t } = useTranslation('patient');
  usePageTitle(t('title'));
  const query = usePatient(id);
  return (
    <Loaded query={query} rows={10}>
      {(patient) =>
        patient.merged_into ? (
          <Navigate to="/patients/$id" params={{ id: patient.merged_into }} replace />
        ) : (
          <PatientView patient={patient} />
        )
      }
    </Loaded>
  );
}

function PatientView({ patient }: { patient: Patient }) {
  const { t } = useTranslation('patient');
  const search = useSearch({ from: '/patients/$id' });
  const active: Tab = tabs.includes(search.tab as Tab) ? (search.tab as Tab) : 'overview';
  const content: Record<Tab, React.ReactNode> = {
    overview: <OverviewTab patient={patient} />,
    chart: <ChartTab patient={patient} />,
    sheet: <FlowSheetTab patient={patient} />,
    ecg: <EcgTab patient={patient} />,
    labs: <LabsTab patient={patient} />,
    results: <ResultsTab patient={patient} />,
    studies: <StudiesTab patient={patient} />,
    timeline: <TimelineTab patient={patient} />,
  };
  return (
    <>
      <PatientBanner patient={patient} />
      <div className="page page-under-banner">
        <h1 className="visually-hidden">{t('title')}</h1>
        <TabLinks
          label={t('tabs')}
          active={active}
          tabs={tabs.map((tab) => ({
            key: tab,
            text: t(`tab.${tab}`),
            link: (props) => (
              <Link
                to="/patients/$id"
                params={{ id: patient.id }}
                search={(old) => ({ ...old, tab: tab === 'overview' ? undefined : tab })}
                {...props}
              />
            ),
          }))}
        />
        <LaunchButtons patient={patient.id} />
        {content[active]}
      </div>
    </>
  );
}
