// One study: whose it is, its series with the receipts of their instances, the results about it, what was corrected.
import { Link, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { usePatient } from '../../api/queries.ts';
import { useStudy } from '../../api/study_queries.ts';
import type { StudyDetail } from '../../api/study_types.ts';
import { Loaded } from '../../components/page_states.tsx';
import { usePageTitle } from '../../components/page_title.ts';
import { Fact, Panel } from '../../components/panel.tsx';
import { ResultLine } from '../../components/result_line.tsx';
import { TimeText } from '../../components/time_text.tsx';
import { formatPartialDate } from '../../format/date.ts';
import { useLanguage } from '../../i18n.ts';
import { PatientBanner } from '../patient/banner.tsx';
import { StudyActs } from './acts.tsx';
import { Corrections } from './corrections.tsx';
import { History } from './history.tsx';
import { OpenImages } from './open_images.tsx';
import { SeriesPanel } from './series.tsx';
import { Modalities, StateMark, useStudyText } from './study_text.tsx';
import '../../styles/patient.css';
import '../../styles/studies.css';

export function StudyPage() {
  const { uid, series } = useSearch({ from: '/study' });
  const { t } = useTranslation('study');
  usePageTitle(t('page_title'));
  const query = useStudy(uid);
  const patient = usePatient(query.data?.patient?.id);
  return (
    <>
      {patient.data && <PatientBanner patient={patient.data} link />}
      <div className="page page-under-banner stack">
        {uid ? (
          <Loaded query={query} rows={8}>
            {(study) => <View study={study} series={series} />}
          </Loaded>
        ) : (
          <>
            <h1 className="page-title">{t('page_title')}</h1>
            <p className="empty">{t('none_named')}</p>
          </>
        )}
      </div>
    </>
  );
}

function View({ study, series }: { study: StudyDetail; series?: string }) {
  const { t } = useTranslation('study');
  const text = useStudyText();
  return (
    <>
      <div className="page-head">
        <h1 className="page-title">{study.description || t('page_title')}</h1>
        <Modalities study={study} />
        <span className="muted">{text.when(study)}</span>
        <StateMark study={study} />
        <div className="page-head-end">
          <Link to="/studies">{t('to_list')}</Link>
          <StudyActs study={study} />
          {!study.deleted && <OpenImages study={study} />}
        </div>
      </div>
      <div className="study-grid">
        <Facts study={study} />
        <Panel title={t('results')}>
          {study.results.length === 0 ? (
            <p className="muted">{t('no_results')}</p>
          ) : (
            <ul className="result-list">
              {study.results.map((item) => (
                <ResultLine key={item.id} item={item} />
              ))}
            </ul>
          )}
        </Panel>
      </div>
      <SeriesPanel study={study} open={series} />
      <Corrections study={study} />
      <History study={study} />
    </>
  );
}

function Facts({ study }: { study: StudyDetail }) {
  const { t } = useTranslation('study');
  const { t: common } = useTranslation();
  const language = useLanguage();
  const text = useStudyText();
  const said = study.in_images;
  const none = <span className="muted">{t('not_said')}</span>;
  return (
    <Panel title={t('facts')}>
      <dl className="facts">
        <Fact label={t('accession')}>{study.accession || none}</Fact>
        <Fact label={t('study_id')}>{study.study_id || none}</Fact>
        <Fact label={t('referring')}>{study.referring_physician || none}</Fact>
        <Fact label={t('received')}>
          <TimeText at={study.first_received_at} form="full" />
          {study.last_received_at !== study.first_received_at && (
            <>
              {' – '}
              <TimeText at={study.last_received_at} form="full" />
            </>
          )}
        </Fact>
        <Fact label={t('says_name')}>{text.nameInImages(study)}</Fact>
        <Fact label={t('says_id')}>
          <span className="mono">{said.id || '–'}</span> {said.issuer && <span className="muted">{said.issuer}</span>}
        </Fact>
        <Fact label={t('says_birth')}>
          {said.birth_date ? formatPartialDate(said.birth_date, language) : none}
        </Fact>
        <Fact label={t('says_sex')}>{said.gender ? common(`gender.${said.gender}`) : none}</Fact>
        <Fact label={t('kept_until')}>{formatPartialDate(study.kept_until, language)}</Fact>
        <Fact label={t('hold')}>{study.hold ? t('held_by', study.hold) : t('not_held')}</Fact>
        <Fact label={t('uid')} wide>
          <span className="mono wrap">{study.uid}</span>
        </Fact>
      </dl>
    </Panel>
  );
}
