// Saved filters. Search words are left out on purpose: they are patients' names and this is kept in the browser.
import { DeleteOutlined, DownOutlined } from '@ant-design/icons';
import { Button, Input, Popover } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WorklistFilter } from '../../api/queries.ts';
import { readRaw, writeSetting } from '../../settings.ts';

interface Preset {
  name: string;
  filter: WorklistFilter;
}

const setting = 'worklist.presets';
const mostPresets = 20;
const builtIn: { key: string; filter: WorklistFilter }[] = [
  { key: 'all', filter: {} },
  { key: 'open', filter: { status: 'open' } },
  { key: 'critical', filter: { status: 'open', flag: 'AA' } },
  { key: 'decided', filter: { status: 'accepted' } },
];

function readPresets(): Preset[] {
  try {
    const stored: unknown = JSON.parse(readRaw(setting) ?? '[]');
    return Array.isArray(stored) ? (stored as Preset[]).filter((p) => typeof p?.name === 'string').slice(0, mostPresets) : [];
  } catch {
    return [];
  }
}

export function Presets(props: { filter: WorklistFilter; onChange: (filter: WorklistFilter) => void }) {
  const { t } = useTranslation('worklist');
  const [open, setOpen] = useState(false);
  const [presets, setPresets] = useState(readPresets);
  const [name, setName] = useState('');

  const keep = (next: Preset[]) => {
    setPresets(next);
    writeSetting(setting, JSON.stringify(next));
  };
  const save = () => {
    const { q: _names, ...filter } = props.filter;
    const trimmed = name.trim();
    if (!trimmed) return;
    keep([...presets.filter((p) => p.name !== trimmed), { name: trimmed, filter }].slice(-mostPresets));
    setName('');
  };
  const use = (filter: WorklistFilter) => {
    props.onChange(filter);
    setOpen(false);
  };
  const content = (
    <div className="presets">
      <ul>
        {builtIn.map((preset) => (
          <li key={preset.key}>
            <Button type="text" block onClick={() => use(preset.filter)}>
              {t(`preset.${preset.key}`)}
            </Button>
          </li>
        ))}
        {presets.map((preset) => (
          <li key={preset.name}>
            <Button type="text" block onClick={() => use(preset.filter)}>
              {preset.name}
            </Button>
            <Button
              type="text"
              icon={<DeleteOutlined />}
              aria-label={t('preset.remove', { name: preset.name })}
              onClick={() => keep(presets.filter((p) => p !== preset))}
            />
          </li>
        ))}
      </ul>
      <form
        className="preset-save"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Input
          aria-label={t('preset.name')}
          placeholder={t('preset.name')}
          maxLength={40}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Button htmlType="submit" disabled={!name.trim()}>
          {t('preset.save')}
        </Button>
      </form>
    </div>
  );
  return (
    <Popover content={content} trigger="click" open={open} onOpenChange={setOpen} placement="bottomRight">
      <Button aria-expanded={open} aria-haspopup="true">
        {t('preset.button')} <DownOutlined aria-hidden="true" />
      </Button>
    </Popover>
  );
}
