// The ECharts option of one strip: thin line, points, the band in which NEWS2 scores 0.
import type { EChartsCoreOption } from 'echarts/core';
import type { Vitals } from '../../api/types.ts';
import type { Palette } from '../../charts/palette.ts';
import type { Text } from '../../i18n.ts';
import { formatNumber, formatUnit } from '../../format/number.ts';
import type { Strip } from './vitals_model.ts';

interface Words {
  last: boolean;
  name: (text: Text) => string;
  time: (at: number) => string;
}

const manyPoints = 120;

export function stripOption(strip: Strip, vitals: Vitals, colours: Palette, words: Words): EChartsCoreOption {
  const span = Date.parse(vitals.to) - Date.parse(vitals.from);
  const middle = Math.round((strip.axis.min + strip.axis.max) / 2);
  return {
    animation: false,
    grid: { left: 40, right: 12, top: 8, bottom: words.last ? 26 : 6 },
    tooltip: {
      trigger: 'axis',
      ...colours.tooltip,
      confine: true,
      valueFormatter: (value: unknown) =>
        typeof value === 'number' ? `${formatNumber(value, strip.digits)} ${formatUnit(strip.series[0].unit)}` : '–',
    },
    xAxis: {
      type: 'time',
      min: Date.parse(vitals.from),
      max: Date.parse(vitals.to),
      axisLabel: {
        show: words.last,
        color: colours.text,
        hideOverlap: true,
        formatter: span <= 36 * 3600_000 ? '{HH}:{mm}' : '{MM}-{dd} {HH}:{mm}',
      },
      axisPointer: { label: { formatter: (p: { value: number }) => words.time(p.value) } },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colours.line } },
      splitLine: { show: true, lineStyle: { color: colours.line, opacity: 0.6 } },
    },
    yAxis: {
      type: 'value',
      min: Math.floor(strip.axis.min),
      max: Math.ceil(strip.axis.max),
      interval: Math.max(1, middle - Math.floor(strip.axis.min)),
      axisLabel: { color: colours.text, fontSize: 11, showMaxLabel: true, showMinLabel: true },
      splitLine: { lineStyle: { color: colours.line } },
    },
    series: strip.series.map((series, index) => ({
      name: words.name(series.name),
      type: 'line',
      symbol: index === 0 ? 'circle' : 'diamond',
      symbolSize: 5,
      showSymbol: series.points.length <= manyPoints,
      lineStyle: { width: 1.75, color: index === 0 ? colours.series : colours.second },
      itemStyle: { color: index === 0 ? colours.series : colours.second },
      connectNulls: false,
      data: series.points.map((point) => [Date.parse(point.t), point.value]),
      markArea:
        index === 0 && strip.normal
          ? {
              silent: true,
              itemStyle: { color: colours.band },
              data: [
                [
                  { yAxis: Math.max(strip.normal.low, strip.axis.min) },
                  { yAxis: Math.min(strip.normal.high, strip.axis.max) },
                ],
              ],
            }
          : undefined,
    })),
  };
}
