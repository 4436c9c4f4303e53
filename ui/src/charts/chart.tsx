// One chart: role img with a text summary; every use also offers the same numbers as a table.
import type { ECharts, EChartsCoreOption } from 'echarts/core';
import { useEffect, useRef } from 'react';

export function Chart(props: {
  option: EChartsCoreOption;
  summary: string;
  height: number;
  group?: string; // charts of one group share the pointer
  onSelect?: (index: number) => void;
}) {
  const { option, group } = props;
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const latest = useRef(option);
  latest.current = option;
  const select = useRef(props.onSelect);
  select.current = props.onSelect;

  useEffect(() => {
    let gone = false;
    let observer: ResizeObserver | undefined;
    void import('./echarts.ts').then(({ connect, init }) => {
      if (gone || !box.current) return;
      const made = init(box.current, null, { renderer: 'svg' });
      chart.current = made;
      if (group) {
        made.group = group;
        connect(group);
      }
      made.setOption(latest.current);
      made.on('click', (event) => select.current?.(event.dataIndex ?? 0));
      observer = new ResizeObserver(() => made.resize());
      observer.observe(box.current);
    });
    return () => {
      gone = true;
      observer?.disconnect();
      chart.current?.dispose();
      chart.current = null;
    };
  }, [group]);

  useEffect(() => {
    chart.current?.setOption(option, { notMerge: true });
  }, [option]);

  return (
    <div role="img" aria-label={props.summary} className="chart">
      <div ref={box} style={{ height: props.height }} aria-hidden="true" />
    </div>
  );
}
