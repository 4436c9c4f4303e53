import { Button, Input, Select } from 'antd';
import dayjs from 'dayjs';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { StudyFilter } from '../../api/study_queries.ts';
import { FilterText } from '../../components/filter_text.tsx';

const modalities = [
  'CR', 'CT', 'DX', 'ECG', 'IO', 'MG', 'MR', 'NM', 'OCT', 'OP', 'OT', 'PT', 'PX', 'RF', 'RTSTRUCT', 'SC', 'SEG', 'SM', 'SR',
  'US', 'XA', 'XC',
];
const spans = { today: 0, week: 6, month: 29 } as const;

const withoutEmpty = (filter: StudyFilter) =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value)) as StudyFilter;

export function StudyFilters(props: {
  filter: StudyFilter;
  onChange: (filter: StudyFilter) => void;
  searchRef: RefObject<HTMLInputElement | null>;
}) {
  const { t } = useTranslation('study');
  const { filter, onChange } = props;
  const set = (name: keyof StudyFilter) => (value: string | undefined) =>
    onChange(withoutEmpty({ ...filter, [name]: value }));
  const day = (name: 'from' | 'to') => (
    <label className="filter-day">
      <span className="muted small">{t(`filter.${name}`)}</span>
      <Input type="date" value={filter[name] ?? ''} onChange={(event) => set(name)(event.target.value)} />
    </label>
  );
  const today = dayjs().format('YYYY-MM-DD');
  return (
    <div className="filters" role="search" aria-label={t('filter.label')}>
      <FilterText
        label={t('filter.name')}
        hint={t('filter.name_hint')}
        isSearch
        value={filter.name ?? ''}
        onChange={set('name')}
        inputRef={props.searchRef}
      />
      {(['patient_id', 'accession', 'description'] as const).map((name) => (
        <FilterText key={name} label={t(`filter.${name}`)} value={filter[name] ?? ''} onChange={set(name)} />
      ))}
      <Select
        aria-label={t('filter.modality')}
        className="filter filter-modality"
        placeholder={t('filter.any_modality')}
        allowClear
        showSearch
        value={filter.modality}
        onChange={set('modality')}
        options={modalities.map((value) => ({ value, label: value }))}
      />
      <Select
        aria-label={t('filter.state')}
        className="filter filter-state"
        placeholder={t('filter.any_state')}
        allowClear
        value={filter.state}
        onChange={set('state')}
        options={['received', 'complete', 'reopened', 'rejected', 'deleted'].map((value) => ({ value, label: t(`state.${value}`) }))}
      />
      {day('from')}
      {day('to')}
      <span className="actions">
        {Object.entries(spans).map(([name, days]) => {
          const from = dayjs().subtract(days, 'day').format('YYYY-MM-DD');
          const on = filter.from === from && (!filter.to || filter.to === today);
          return (
            <Button
              key={name}
              aria-pressed={on}
              type={on ? 'primary' : 'default'}
              onClick={() => onChange(withoutEmpty({ ...filter, from: on ? undefined : from, to: undefined }))}
            >
              {t(`filter.${name}`)}
            </Button>
          );
        })}
      </span>
      {Object.keys(filter).length > 0 && (
        <Button type="link" onClick={() => onChange({})}>
          {t('filter.clear')}
        </Button>
      )}
    </div>
  );
}
