// Calipers for time and amplitude. Four edges, each a slider: drag it, or focus it and use the arrow keys (Shift for
// larger steps). The read-out is text.
import { useId, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { marginLeft, timeAt, type PaperLayout, type PaperSettings } from './geometry.ts';

type Edge = 'left' | 'right' | 'top' | 'bottom';
type Box = Record<Edge, number>; // millimetres on the paper

const edges: Edge[] = ['left', 'right', 'top', 'bottom'];
const step = 0.25; // mm: 10 ms at 25 mm/s, 0.025 mV at 10 mm/mV
const largeStep = 2.5;

export function measure(box: Box, settings: PaperSettings) {
  const ms = (Math.abs(box.right - box.left) / settings.speed) * 1000;
  const mv = Math.abs(box.bottom - box.top) / settings.gain;
  return { ms: Math.round(ms), perMinute: ms > 0 ? Math.round(60_000 / ms) : 0, mv: Math.round(mv * 1000) / 1000 };
}

// `readout` is where the text goes: outside the paper, which may be scrolled.
export function Calipers(props: {
  layout: PaperLayout;
  settings: PaperSettings;
  px: number;
  readout: HTMLElement | null;
}) {
  const { layout, settings, px, readout } = props;
  const { t } = useTranslation('ecg');
  const hint = useId();
  const surface = useRef<HTMLDivElement>(null);
  const dragging = useRef<Edge | 'draw' | null>(null);
  const [box, setBox] = useState<Box>(() => {
    const y = layout.segments[0]?.y ?? layout.height / 2;
    return { left: marginLeft + 10, right: marginLeft + 10 + 0.8 * settings.speed, top: y - settings.gain, bottom: y };
  });

  const clamp = (edge: Edge, mm: number) =>
    Math.min(edge === 'left' || edge === 'right' ? layout.width : layout.height, Math.max(0, mm));
  const set = (edge: Edge, mm: number) => setBox((old) => ({ ...old, [edge]: clamp(edge, mm) }));

  const at = (event: PointerEvent) => {
    const area = surface.current!.getBoundingClientRect();
    return { x: (event.clientX - area.left) / px, y: (event.clientY - area.top) / px };
  };
  const onDown = (event: PointerEvent<HTMLElement>) => {
    const edge = (event.target as HTMLElement).dataset.edge as Edge | undefined;
    event.currentTarget.setPointerCapture(event.pointerId);
    dragging.current = edge ?? 'draw';
    if (edge) return;
    const { x, y } = at(event);
    setBox({ left: x, right: x, top: y, bottom: y });
  };
  const onMove = (event: PointerEvent) => {
    if (!dragging.current) return;
    const { x, y } = at(event);
    if (dragging.current === 'draw') {
      set('right', x);
      set('bottom', y);
    } else set(dragging.current, dragging.current === 'left' || dragging.current === 'right' ? x : y);
  };
  const onKey = (edge: Edge) => (event: KeyboardEvent) => {
    const horizontal = edge === 'left' || edge === 'right';
    const moves: Record<string, number> = horizontal ? { ArrowLeft: -1, ArrowRight: 1 } : { ArrowUp: -1, ArrowDown: 1 };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    set(edge, box[edge] + move * (event.shiftKey ? largeStep : step));
  };

  const { ms, perMinute, mv } = measure(box, settings);
  const valueText = (edge: Edge) =>
    edge === 'left' || edge === 'right'
      ? t('calipers.at', { s: timeAt(box[edge], settings).toFixed(3), ms })
      : t('calipers.amplitude', { mv });
  return (
    <>
      <div
        ref={surface}
        className="calipers"
        onPointerDown={onDown}
        onPointerMove={onMove}
        onPointerUp={() => (dragging.current = null)}
        onPointerCancel={() => (dragging.current = null)}
      >
        <div
          className="calipers-box"
          style={{
            left: Math.min(box.left, box.right) * px,
            width: Math.abs(box.right - box.left) * px,
            top: Math.min(box.top, box.bottom) * px,
            height: Math.abs(box.bottom - box.top) * px,
          }}
        />
        {edges.map((edge) => {
          const horizontal = edge === 'left' || edge === 'right';
          return (
            <div
              key={edge}
              role="slider"
              tabIndex={0}
              data-edge={edge}
              className={`caliper ${horizontal ? 'caliper-x' : 'caliper-y'}`}
              style={horizontal ? { left: box[edge] * px } : { top: box[edge] * px }}
              aria-label={t(`calipers.${edge}`)}
              aria-orientation={horizontal ? 'horizontal' : 'vertical'}
              aria-valuemin={0}
              aria-valuemax={Math.round(horizontal ? layout.width : layout.height)}
              aria-valuenow={Math.round(box[edge] * 100) / 100}
              aria-valuetext={valueText(edge)}
              aria-describedby={hint}
              onKeyDown={onKey(edge)}
            />
          );
        })}
      </div>
      {readout &&
        createPortal(
          <output className="calipers-readout" aria-live="off">
            <span>
              {t('calipers.time')} <strong>{ms} ms</strong>
            </span>
            <span>
              {t('calipers.rate')} <strong>{perMinute} /min</strong>
            </span>
            <span>
              {t('calipers.voltage')} <strong>{mv.toFixed(2)} mV</strong>
            </span>
            <span className="muted small">{t('calipers.hint')}</span>
          </output>,
          readout,
        )}
      <span id={hint} className="visually-hidden">
        {t('calipers.hint')}
      </span>
    </>
  );
}
