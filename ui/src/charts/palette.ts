// Chart colours for both schemes: each at least 3:1 against its background.
import type { Scheme } from '../theme/tokens.ts';

export interface Palette {
  text: string;
  line: string;
  surface: string;
  series: string;
  second: string;
  band: string;
  tones: Record<'low' | 'low_medium' | 'medium' | 'high', string>;
  tooltip: { backgroundColor: string; borderColor: string; textStyle: { color: string; fontSize: number } };
}

export const palettes: Record<Scheme, Palette> = {
  light: {
    text: '#4d5759',
    line: '#dfe5e6',
    surface: '#ffffff',
    series: '#0b6572',
    second: '#7a4fa3',
    band: 'rgba(11, 101, 114, 0.07)',
    tones: { low: '#5b8a72', low_medium: '#a08a00', medium: '#c27400', high: '#b3261e' },
    tooltip: { backgroundColor: '#ffffff', borderColor: '#b9c3c5', textStyle: { color: '#1a2224', fontSize: 13 } },
  },
  dark: {
    text: '#b3bec0',
    line: '#2a3335',
    surface: '#151b1d',
    series: '#6fcad8',
    second: '#c9a6ec',
    band: 'rgba(111, 202, 216, 0.09)',
    tones: { low: '#7fb598', low_medium: '#d8c545', medium: '#f0a040', high: '#ff8a80' },
    tooltip: { backgroundColor: '#1d2527', borderColor: '#445154', textStyle: { color: '#e6ebec', fontSize: 13 } },
  },
};
