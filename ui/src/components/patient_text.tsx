// Parts of a patient's identity as text: "Not known" is always said, never left blank or "?".
import { useTranslation } from 'react-i18next';
import type { Patient, PatientRef } from '../api/types.ts';
import { ageInYears, formatPartialDate } from '../format/date.ts';
import { useLanguage } from '../i18n.ts';

export function usePatientText() {
  const { t } = useTranslation();
  const language = useLanguage();
  const unknown = t('not_known');
  return {
    unknown,
    name(patient: PatientRef) {
      const main = patient.name || patient.name_local || '';
      if (!main) return unknown;
      if (!patient.name_local || patient.name_local === main) return main;
      return language === 'zh' ? `${patient.name_local} ${main}` : `${main} ${patient.name_local}`;
    },
    // "14-Mar-1959 (67y)"
    born(patient: PatientRef & Partial<Pick<Patient, 'age_years' | 'deceased'>>) {
      if (!patient.birth_date) return unknown;
      const age = patient.age_years ?? ageInYears(patient.birth_date);
      const date = formatPartialDate(patient.birth_date, language);
      return age === undefined || age === null ? date : t('born_age', { date, age });
    },
    gender: (patient: PatientRef) => (patient.gender ? t(`gender.${patient.gender}`) : unknown),
    mrn: (patient: PatientRef) => patient.mrn || unknown,
    ageShort(patient: PatientRef) {
      const age = patient.birth_date ? ageInYears(patient.birth_date) : undefined;
      const sex = patient.gender ? t(`gender_short.${patient.gender}`) : '';
      return [age === undefined ? '' : t('age_short', { age }), sex].filter(Boolean).join(' · ');
    },
    place: (patient: PatientRef) =>
      patient.ward ? (patient.bed ? t('ward_bed', { ward: patient.ward, bed: patient.bed }) : patient.ward) : unknown,
  };
}

export function PatientCell({ patient }: { patient: PatientRef }) {
  const text = usePatientText();
  const { t } = useTranslation();
  return (
    <span className="patient-cell">
      <span className="patient-cell-name">
        {text.name(patient)}
        {patient.synthetic && <span className="tag tag-synthetic">{t('synthetic_short')}</span>}
      </span>
      <span className="muted small">
        {t('mrn_short')} {text.mrn(patient)}
        {text.ageShort(patient) && ` · ${text.ageShort(patient)}`}
      </span>
    </span>
  );
}
