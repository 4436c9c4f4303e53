// NEWS2 scores as numbered columns with the two lines at which somebody has to come.
import type { EChartsCoreOption } from 'echarts/core';
import type { Band, News2Point } from '../../api/types.ts';
import type { Palette } from '../../charts/palette.ts';

interface Words {
  time: (at: string) => string;
  band: (band: Band) => string;
  scale: (scale: number) => string;
  urgent: string;
  emergency: string;
}

const urgentFrom = 5;
const emergencyFrom = 7;
const topOfAxis = 10;
const numberedUpTo = 30; // more columns than this have no room for numbers

export function news2Option(points: News2Point[], colours: Palette, words: Words): EChartsCoreOption {
  const line = (at: number, name: string) => ({
    yAxis: at,
    label: { formatter: `${at}  ${name}`, color: colours.text, position: 'insideStartTop' as const, fontSize: 11 },
  });
  return {
    animation: false,
    grid: { left: 32, right: 12, top: 18, bottom: 26 },
    tooltip: {
      ...colours.tooltip,
      confine: true,
      formatter: (item: { dataIndex: number }) => {
        const point = points[item.dataIndex];
        const scale = point.spo2_scale === 2 ? `<br/>${words.scale(2)}` : '';
        return `${words.time(point.t)}<br/><b>NEWS2 ${point.score}</b> ${words.band(point.band)}${scale}`;
      },
    },
    xAxis: {
      type: 'category',
      data: points.map((point) => words.time(point.t)),
      axisLabel: { color: colours.text, hideOverlap: true, fontSize: 11 },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colours.text } },
    },
    yAxis: {
      type: 'value',
      min: 0,
      max: (range: { max: number }) => Math.max(topOfAxis, range.max + 1),
      interval: 5,
      axisLabel: { color: colours.text, fontSize: 11, showMaxLabel: false },
      splitLine: { lineStyle: { color: colours.line } },
    },
    series: [
      {
        type: 'bar',
        barMaxWidth: 34,
        barMinHeight: 2,
        data: points.map((point) => ({
          value: point.score,
          itemStyle: { color: colours.tones[point.band], borderRadius: [2, 2, 0, 0] },
        })),
        label: {
          show: points.length <= numberedUpTo,
          position: 'top',
          color: colours.text,
          fontWeight: 600,
          formatter: (item: { dataIndex: number; value: number }) =>
            points[item.dataIndex].complete ? String(item.value) : `≥${item.value}`,
        },
        markLine: {
          silent: true,
          symbol: 'none',
          lineStyle: { color: colours.text, type: 'dashed', width: 1, opacity: 0.7 },
          data: [line(urgentFrom, words.urgent), line(emergencyFrom, words.emergency)],
        },
      },
    ],
  };
}
