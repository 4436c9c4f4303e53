// One ECG on its own page, under the banner of its patient.
import { useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useEcg, usePatient } from '../api/queries.ts';
import { usePageTitle } from '../components/page_title.ts';
import { EcgView } from '../ecg/ecg_view.tsx';
import { PatientBanner } from './patient/banner.tsx';
import '../styles/patient.css';

export function EcgPage() {
  const { sop } = useSearch({ from: '/ecg' });
  const { t } = useTranslation('ecg');
  usePageTitle(t('page_title'));
  const ecg = useEcg(sop);
  const patient = usePatient(ecg.data?.patient);
  return (
    <>
      {patient.data && <PatientBanner patient={patient.data} link />}
      <div className="page page-under-banner">
        <h1 className="visually-hidden">{t('page_title')}</h1>
        {sop ? <EcgView sop={sop} /> : <p className="empty">{t('none')}</p>}
      </div>
    </>
  );
}
