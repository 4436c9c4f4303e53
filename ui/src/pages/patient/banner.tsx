// The patient banner after the NHS CUI guidance: always in sight, every value labelled, the value stronger than its
// label, allergies always said, deceased and synthetic patients marked.
import { useTranslation } from 'react-i18next';
import { Link } from '@tanstack/react-router';
import type { Patient } from '../../api/types.ts';
import { News2Badge, SyntheticTag } from '../../components/marks.tsx';
import { Fact } from '../../components/panel.tsx';
import { usePatientText } from '../../components/patient_text.tsx';
import { formatDateTime } from '../../format/date.ts';
import { useLanguage } from '../../i18n.ts';

export function PatientBanner({ patient, link }: { patient: Patient; link?: boolean }) {
  const { t } = useTranslation('patient');
  const text = usePatientText();
  const language = useLanguage();
  const name = text.name(patient);
  return (
    <section className={`banner ${patient.deceased ? 'banner-deceased' : ''}`} aria-label={t('banner.label')}>
      <div className="banner-who">
        <p className="banner-name">
          {link ? (
            <Link to="/patients/$id" params={{ id: patient.id }}>
              {name}
            </Link>
          ) : (
            name
          )}
        </p>
        {patient.deceased && (
          <span className="tag tag-deceased">
            {t('banner.deceased')}
            {patient.deceased_at && ` ${formatDateTime(patient.deceased_at, language)}`}
          </span>
        )}
        {patient.synthetic && <SyntheticTag />}
      </div>
      <dl className="banner-facts">
        <Fact label={patient.deceased ? t('banner.born_deceased') : t('banner.born')}>{text.born(patient)}</Fact>
        <Fact label={t('banner.gender')}>{text.gender(patient)}</Fact>
        <Fact label={t('banner.mrn')}>{text.mrn(patient)}</Fact>
        <Fact label={t('banner.place')}>{text.place(patient)}</Fact>
        <Fact label={t('banner.attending')}>{patient.encounter?.attending || text.unknown}</Fact>
        <AllergyFact patient={patient} />
      </dl>
      <dl className="banner-news2">
        <Fact label="NEWS2">
          {patient.news2 ? <News2Badge news2={patient.news2} /> : <span className="muted">{t('banner.no_news2')}</span>}
        </Fact>
      </dl>
    </section>
  );
}

function AllergyFact({ patient }: { patient: Patient }) {
  const { t } = useTranslation('patient');
  const { known, items } = patient.allergies;
  return (
    <Fact label={t('banner.allergies')} wide>
      {!known && t('banner.allergies_unknown')}
      {known && items.length === 0 && t('banner.allergies_none')}
      {known && items.length > 0 && (
        <span className="allergies">
          {items.map((allergy) => (
            <span key={allergy.text} className={allergy.criticality === 'high' ? 'allergy allergy-high' : 'allergy'}>
              {allergy.criticality === 'high' && <span aria-hidden="true">⚠ </span>}
              {allergy.text}
              {allergy.criticality && ` (${t(`criticality.${allergy.criticality}`)})`}
            </span>
          ))}
        </span>
      )}
    </Fact>
  );
}
