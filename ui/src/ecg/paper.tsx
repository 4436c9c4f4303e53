// The paper itself: a canvas as wide as its box allows, with the calipers over it.
import { useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { Ecg } from '../api/types.ts';
import { useTheme } from '../theme/mode.tsx';
import { Calipers } from './calipers.tsx';
import { drawLeads, drawMarks, drawPaper, readColours } from './draw.ts';
import type { Beat } from './fiducials.ts';
import { layOut, type PaperSettings } from './geometry.ts';

const cssPxPerMm = 96 / 25.4; // the true size of a millimetre as far as a browser knows it
const smallestPxPerMm = 3;
const largestPxPerMm = 6;

export type Zoom = 'fit' | 'true';

export function useBoxWidth(box: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!box.current) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry.contentRect.width)));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [box]);
  return width;
}

export function EcgPaper(props: {
  ecg: Ecg;
  beats: Beat[];
  settings: PaperSettings;
  zoom: Zoom;
  calipers: boolean;
  marks: boolean;
}) {
  const { ecg, beats, settings, zoom, marks } = props;
  const { t } = useTranslation('ecg');
  const { scheme } = useTheme();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [readout, setReadout] = useState<HTMLDivElement | null>(null);
  const boxWidth = useBoxWidth(box);
  const layout = useMemo(() => layOut(ecg, settings), [ecg, settings]);
  const fit = Math.min(largestPxPerMm, Math.max(smallestPxPerMm, boxWidth / layout.width));
  const px = zoom === 'true' ? cssPxPerMm : fit;

  useEffect(() => {
    const surface = canvas.current;
    const g = surface?.getContext('2d');
    if (!surface || !g || boxWidth === 0) return undefined;
    const ratio = window.devicePixelRatio || 1;
    surface.width = Math.round(layout.width * px * ratio);
    surface.height = Math.round(layout.height * px * ratio);
    // The scheme attribute is written in an effect of the provider: wait for it before reading colours.
    const frame = requestAnimationFrame(() => {
      g.setTransform(ratio, 0, 0, ratio, 0, 0);
      const ink = readColours(surface);
      drawPaper(g, layout.width, layout.height, px, ink);
      drawLeads(g, layout, ecg.rate_hz, settings, px, ink);
      if (marks) drawMarks(g, layout, beats, settings, px, ink);
    });
    return () => cancelAnimationFrame(frame);
  }, [ecg, beats, layout, settings, px, marks, boxWidth, scheme]);

  return (
    <>
      {props.calipers && <div ref={setReadout} />}
      <div className="ecg-scroll" ref={box} role="region" aria-label={t('paper')} tabIndex={0}>
        <div className="ecg-paper" style={{ width: layout.width * px, height: layout.height * px }}>
          <canvas
            ref={canvas}
            role="img"
            aria-label={t('paper_text', {
              leads: ecg.leads.map((lead) => lead.name).join(', '),
              speed: settings.speed,
              gain: settings.gain,
              beats: beats.length,
            })}
          />
          {props.calipers && <Calipers layout={layout} settings={settings} px={px} readout={readout} />}
        </div>
      </div>
    </>
  );
}
