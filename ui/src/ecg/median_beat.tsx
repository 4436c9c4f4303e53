// The median beat, all leads laid over each other, with the measured intervals.
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Ecg } from '../api/types.ts';
import { Panel } from '../components/panel.tsx';
import { useTheme } from '../theme/mode.tsx';
import { drawPaper, readColours } from './draw.ts';
import type { MedianEvidence } from './fiducials.ts';
import { medianBeat, type MedianBeatModel } from './median_model.ts';
import { drawMedian, intervalsOf, medianHeight } from './median_draw.ts';
import { useBoxWidth } from './paper.tsx';

export function MedianBeat({ ecg, evidence }: { ecg: Ecg; evidence: MedianEvidence | undefined }) {
  const { t } = useTranslation('ecg');
  const beat = useMemo(() => medianBeat(ecg, evidence), [ecg, evidence]);
  if (!beat) return null;
  return (
    <Panel title={beat.fromDevice ? t('median.device') : t('median.ours')}>
      <MedianCanvas beat={beat} />
      <dl className="intervals">
        {intervalsOf(beat.marks).map((interval) => (
          <div key={interval.name}>
            <dt>{t(`interval.${interval.name}`)}</dt>
            <dd>{Math.round((interval.to - interval.from) * 1000)} ms</dd>
          </div>
        ))}
      </dl>
      <p className="muted small">
        {t('median.scale')} {beat.members !== undefined && t('median.members', { count: beat.members })}
      </p>
    </Panel>
  );
}

function MedianCanvas({ beat }: { beat: MedianBeatModel }) {
  const { t } = useTranslation('ecg');
  const { scheme } = useTheme();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useBoxWidth(box);
  useEffect(() => {
    const surface = canvas.current;
    const g = surface?.getContext('2d');
    if (!surface || !g || width === 0) return undefined;
    const ratio = window.devicePixelRatio || 1;
    const length = beat.leads[0].samples.length / beat.rateHz;
    const millimetres = length * 100; // 100 mm/s
    const px = width / millimetres;
    surface.width = Math.round(width * ratio);
    surface.height = Math.round(medianHeight * px * ratio);
    surface.style.height = `${medianHeight * px}px`;
    const frame = requestAnimationFrame(() => {
      g.setTransform(ratio, 0, 0, ratio, 0, 0);
      const ink = readColours(surface);
      drawPaper(g, millimetres, medianHeight, px, ink);
      drawMedian(g, beat, px, ink);
    });
    return () => cancelAnimationFrame(frame);
  }, [beat, width, scheme]);
  return (
    <div ref={box} className="median-box">
      <canvas ref={canvas} role="img" aria-label={t('median.text')} style={{ width: '100%', display: 'block' }} />
    </div>
  );
}
