import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Choice } from '../components/choice.tsx';
import { gains, layouts, pageSeconds, speeds, type PaperSettings } from './geometry.ts';
import type { Zoom } from './paper.tsx';

export function Toolbar(props: {
  settings: PaperSettings;
  onSettings: (settings: PaperSettings) => void;
  zoom: Zoom;
  onZoom: (zoom: Zoom) => void;
  calipers: boolean;
  onCalipers: (on: boolean) => void;
  marks: boolean;
  onMarks?: (on: boolean) => void;
  duration: number;
}) {
  const { t } = useTranslation('ecg');
  const { settings, onSettings, duration } = props;
  const change = (part: Partial<PaperSettings>) => onSettings({ ...settings, ...part });
  return (
    <div className="ecg-toolbar" role="toolbar" aria-label={t('toolbar')}>
      <Choice
        label={t('layout.label')}
        value={settings.layout}
        onChange={(layout) => change({ layout })}
        options={layouts.map((value) => ({ value, text: t(`layout.${value}`) }))}
      />
      <Choice
        label={t('speed')}
        value={String(settings.speed)}
        onChange={(speed) => change({ speed: Number(speed) })}
        options={speeds.map((speed) => ({ value: String(speed), text: `${speed} mm/s` }))}
      />
      <Choice
        label={t('gain')}
        value={String(settings.gain)}
        onChange={(gain) => change({ gain: Number(gain) })}
        options={gains.map((gain) => ({ value: String(gain), text: `${gain} mm/mV` }))}
      />
      <Choice<Zoom>
        label={t('zoom.label')}
        value={props.zoom}
        onChange={props.onZoom}
        options={[
          { value: 'fit', text: t('zoom.fit') },
          { value: 'true', text: t('zoom.true') },
        ]}
      />
      <button type="button" className="chip" aria-pressed={props.calipers} onClick={() => props.onCalipers(!props.calipers)}>
        {t('calipers.name')}
      </button>
      {props.onMarks && (
        <button type="button" className="chip" aria-pressed={props.marks} onClick={() => props.onMarks?.(!props.marks)}>
          {t('marks')}
        </button>
      )}
      {duration > pageSeconds + 0.5 && (
        <span className="ecg-pages">
          <Button
            size="small"
            disabled={settings.start <= 0}
            onClick={() => change({ start: Math.max(0, settings.start - pageSeconds) })}
          >
            {t('earlier')}
          </Button>
          <span>
            {settings.start.toFixed(0)}–{Math.min(duration, settings.start + pageSeconds).toFixed(0)} s /{' '}
            {duration.toFixed(0)} s
          </span>
          <Button
            size="small"
            disabled={settings.start + pageSeconds >= duration}
            onClick={() => change({ start: settings.start + pageSeconds })}
          >
            {t('later')}
          </Button>
        </span>
      )}
    </div>
  );
}
