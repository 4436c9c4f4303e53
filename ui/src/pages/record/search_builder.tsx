// Puts a search together: a type, then one line for each parameter with its modifier and value. The address that results
// is shown and can be edited by hand.
import { PlusOutlined, SearchOutlined } from '@ant-design/icons';
import { Button, Input, Select } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OfferedType } from '../../api/fhir_queries.ts';
import { Panel } from '../../components/panel.tsx';
import { examples, resultParameters, modifiersOf, readLines, writeLines, type Line } from './query_lines.ts';

interface Props {
  types: OfferedType[];
  type: string;
  query: string;
  onSearch: (next: { type: string; query?: string }) => void;
}

const anySelect = { showSearch: true, popupMatchSelectWidth: false } as const;

export function SearchBuilder({ types, type, query, onSearch }: Props) {
  const { t } = useTranslation('record');
  const [chosen, setChosen] = useState(type);
  const [lines, setLines] = useState<Line[]>(() => readLines(query));
  useEffect(() => {
    setChosen(type);
    setLines(readLines(query));
  }, [type, query]);
  const offered = types.find((one) => one.type === chosen)?.parameters ?? [];
  const change = (index: number, next: Partial<Line>) =>
    setLines(lines.map((line, at) => (at === index ? { ...line, ...next } : line)));
  const text = writeLines(lines);
  const search = () => onSearch({ type: chosen, query: text || undefined });
  return (
    <Panel title={t('search.title')}>
      <form
        className="record-builder"
        role="search"
        aria-label={t('search.title')}
        onSubmit={(event) => {
          event.preventDefault();
          search();
        }}
      >
        <Select
          {...anySelect}
          aria-label={t('search.type')}
          className="record-type"
          value={chosen}
          onChange={(value: string) => {
            setChosen(value);
            setLines([]);
          }}
          options={types.map((one) => ({ value: one.type, label: one.type }))}
        />
        <ol className="record-lines">
          {lines.map((line, index) => (
            <LineFields
              key={index}
              line={line}
              number={index + 1}
              offered={offered}
              onChange={(next) => change(index, next)}
              onRemove={() => setLines(lines.filter((_, at) => at !== index))}
            />
          ))}
        </ol>
        <div className="actions">
          <Button icon={<PlusOutlined />} onClick={() => setLines([...lines, { name: '', modifier: '', value: '' }])}>
            {t('search.add')}
          </Button>
          <Button type="primary" htmlType="submit" icon={<SearchOutlined />}>
            {t('search.run')}
          </Button>
        </div>
        <Input
          aria-label={t('search.address')}
          className="mono"
          prefix={<span className="muted">GET /fhir/{chosen}?</span>}
          value={text}
          onChange={(event) => setLines(readLines(event.target.value))}
        />
      </form>
    </Panel>
  );
}

function LineFields(props: {
  line: Line;
  number: number;
  offered: OfferedType['parameters'];
  onChange: (next: Partial<Line>) => void;
  onRemove: () => void;
}) {
  const { t } = useTranslation('record');
  const { line, number, offered, onChange } = props;
  const known = offered.find((parameter) => parameter.name === line.name);
  const names = [
    ...offered.map((parameter) => ({ value: parameter.name, label: `${parameter.name} · ${parameter.type}` })),
    ...resultParameters.filter((name) => !offered.some((one) => one.name === name)).map((name) => ({ value: name, label: name })),
  ];
  if (line.name && !names.some((one) => one.value === line.name)) names.push({ value: line.name, label: line.name });
  return (
    <li className="record-line">
      <Select
        {...anySelect}
        aria-label={t('search.parameter', { number })}
        className="record-name"
        placeholder={t('search.parameter_hint')}
        value={line.name || undefined}
        onChange={(name: string) => onChange({ name, modifier: '' })}
        options={names}
      />
      <Select
        {...anySelect}
        aria-label={t('search.modifier', { number })}
        className="record-modifier"
        value={line.modifier}
        onChange={(modifier: string) => onChange({ modifier })}
        options={modifiersOf(known?.type, line.modifier).map((modifier) => ({
          value: modifier,
          label: modifier ? `:${modifier}` : t('search.no_modifier'),
        }))}
      />
      <Input
        aria-label={t('search.value', { number })}
        className="record-value"
        placeholder={examples[known?.type ?? ''] ?? t(`search.hint_${known?.type ?? 'any'}`)}
        value={line.value}
        onChange={(event) => onChange({ value: event.target.value })}
      />
      <Button aria-label={t('search.remove', { number })} onClick={props.onRemove}>
        ×
      </Button>
    </li>
  );
}
