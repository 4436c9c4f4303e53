import { Button, Select } from 'antd';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useApplications, useWards, type WorklistFilter } from '../../api/queries.ts';
import { FilterText } from '../../components/filter_text.tsx';
import { useText } from '../../i18n.ts';
import { withoutEmpty } from './counts.tsx';

const statuses = ['unread', 'open', 'accepted', 'edited', 'rejected'];
const priorities = ['stat', 'asap', 'urgent', 'routine'];
const flags = ['AA', 'A', 'N'];

export function Filters(props: {
  filter: WorklistFilter;
  onChange: (filter: WorklistFilter) => void;
  searchRef: RefObject<HTMLInputElement | null>;
}) {
  const { t } = useTranslation('worklist');
  const { t: common } = useTranslation();
  const text = useText();
  const wards = useWards();
  const applications = useApplications();
  const { filter, onChange } = props;
  const set = (name: keyof WorklistFilter) => (value: string | undefined) =>
    onChange(withoutEmpty({ ...filter, [name]: value }));

  const choice = (name: keyof WorklistFilter, options: { value: string; label: string }[]) => (
    <Select
      aria-label={t(`filter.${name}`)}
      className={`filter filter-${name}`}
      placeholder={t(`filter.any_${name}`)}
      allowClear
      value={filter[name]}
      onChange={set(name)}
      options={options}
      popupMatchSelectWidth={false}
    />
  );
  return (
    <div className="filters" role="search" aria-label={t('filter.label')}>
      <FilterText
        label={t('filter.q')}
        hint={t('filter.q_hint')}
        isSearch
        value={filter.q ?? ''}
        onChange={set('q')}
        inputRef={props.searchRef}
      />
      {choice('ward', wards.data?.map((ward) => ({ value: ward.name, label: ward.name })) ?? [])}
      {choice('status', statuses.map((value) => ({ value, label: t(`filter.status_${value}`) })))}
      {choice('priority', priorities.map((value) => ({ value, label: common(`priority.${value}`) })))}
      {choice('application', applications.data?.map((app) => ({ value: app.id, label: text(app.name) })) ?? [])}
      {choice('flag', flags.map((value) => ({ value, label: common(`flag.${value}`) })))}
      {Object.keys(filter).length > 0 && (
        <Button type="link" onClick={() => onChange({})}>
          {t('filter.clear')}
        </Button>
      )}
    </div>
  );
}
