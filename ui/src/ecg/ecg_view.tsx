// The ECG viewer: settings, paper, median beat, and the measurements as text (the twin of everything drawn).
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useEcg, useResult } from '../api/queries.ts';
import type { Ecg, Result } from '../api/types.ts';
import { Loaded } from '../components/page_states.tsx';
import { Panel } from '../components/panel.tsx';
import { TimeText } from '../components/time_text.tsx';
import { beatsOf, medianOf } from './fiducials.ts';
import { durationOf, type PaperSettings } from './geometry.ts';
import { Measurements } from './measurements.tsx';
import { MedianBeat } from './median_beat.tsx';
import { EcgPaper, type Zoom } from './paper.tsx';
import { Toolbar } from './toolbar.tsx';
import '../styles/ecg.css';

// `otherwise` stands in when the object cannot be shown.
export function EcgView({ sop, otherwise }: { sop: string; otherwise?: ReactNode }) {
  const ecg = useEcg(sop);
  const result = useResult(ecg.data?.result);
  return (
    <>
      <Loaded query={ecg} rows={10}>
        {(data) => <Viewer key={data.sop} ecg={data} result={result.data} />}
      </Loaded>
      {ecg.isError && otherwise}
    </>
  );
}

function Viewer({ ecg, result }: { ecg: Ecg; result: Result | undefined }) {
  const { t } = useTranslation('ecg');
  const [settings, setSettings] = useState<PaperSettings>({ layout: '3x4', speed: 25, gain: 10, start: 0 });
  const [zoom, setZoom] = useState<Zoom>('fit');
  const [calipers, setCalipers] = useState(false);
  const [marks, setMarks] = useState(true);
  const beats = useMemo(() => beatsOf(result?.evidence), [result]);
  const median = useMemo(() => medianOf(result?.evidence), [result]);
  return (
    <div className="stack">
      <Panel title={t('title')} extra={<About ecg={ecg} />} className="ecg-panel">
        <Toolbar
          settings={settings}
          onSettings={setSettings}
          zoom={zoom}
          onZoom={setZoom}
          calipers={calipers}
          onCalipers={setCalipers}
          marks={marks}
          onMarks={beats.length > 0 ? setMarks : undefined}
          duration={durationOf(ecg)}
        />
        <EcgPaper ecg={ecg} beats={beats} settings={settings} zoom={zoom} calipers={calipers} marks={marks} />
      </Panel>
      <div className="ecg-below">
        <Measurements ecg={ecg} result={result} />
        <MedianBeat ecg={ecg} evidence={median} />
      </div>
    </div>
  );
}

function About({ ecg }: { ecg: Ecg }) {
  const { t } = useTranslation('ecg');
  const { highpass_hz: high, lowpass_hz: low, notch_hz: notch } = ecg.filters;
  const device = [ecg.manufacturer, ecg.model].filter(Boolean).join(' ');
  const filters = [
    high !== null && t('filter.high', { hz: high }),
    low !== null && t('filter.low', { hz: low }),
    notch !== null && t('filter.notch', { hz: notch }),
  ].filter(Boolean);
  return (
    <span className="muted small ecg-about">
      {ecg.recorded_at ? <TimeText at={ecg.recorded_at} form="full" /> : t('no_time')}
      {device && <span>{device}</span>}
      <span>{t('rate', { hz: ecg.rate_hz })}</span>
      <span>{filters.length > 0 ? filters.join(', ') : t('filter.unknown')}</span>
    </span>
  );
}
