import { SearchOutlined } from '@ant-design/icons';
import { Button, Input, Select, type InputRef } from 'antd';
import { useEffect, useImperativeHandle, useRef, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useApplications, useWards, type WorklistFilter } from '../../api/queries.ts';
import { useText } from '../../i18n.ts';
import { withoutEmpty } from './counts.tsx';

const searchDelayMs = 250;
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
      <SearchBox value={filter.q ?? ''} onChange={set('q')} inputRef={props.searchRef} />
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

function SearchBox(props: {
  value: string;
  onChange: (value: string | undefined) => void;
  inputRef: RefObject<HTMLInputElement | null>;
}) {
  const { t } = useTranslation('worklist');
  const [typed, setTyped] = useState(props.value);
  const input = useRef<InputRef>(null);
  const change = useRef(props.onChange);
  change.current = props.onChange;
  useImperativeHandle(props.inputRef, () => input.current?.input as HTMLInputElement);
  useEffect(() => setTyped(props.value), [props.value]);
  useEffect(() => {
    if (typed === props.value) return undefined;
    const timer = setTimeout(() => change.current(typed.trim() || undefined), searchDelayMs);
    return () => clearTimeout(timer);
  }, [typed, props.value]);
  return (
    <Input
      ref={input}
      className="filter filter-q"
      allowClear
      prefix={<SearchOutlined aria-hidden="true" />}
      aria-label={t('filter.q')}
      placeholder={t('filter.q_hint')}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}
