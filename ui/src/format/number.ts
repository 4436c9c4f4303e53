// Numbers and UCUM units as people read them.
const unitNames: Record<string, string> = {
  '/min': '/min',
  '{beats}/min': '/min',
  '{breaths}/min': '/min',
  Cel: '°C',
  'mm[Hg]': 'mmHg',
  uV: 'µV',
  '[degF]': '°F',
  deg: '°',
  '10*9/L': '×10⁹/L',
  '10*12/L': '×10¹²/L',
  '{score}': '',
  '1': '',
};

export function formatUnit(unit: string | null | undefined): string {
  if (!unit) return '';
  return unitNames[unit] ?? unit;
}

export function formatNumber(value: number, digits?: number): string {
  if (!Number.isFinite(value)) return '';
  if (digits !== undefined) return value.toFixed(digits);
  const rounded = Math.abs(value) >= 100 ? Math.round(value * 10) / 10 : Math.round(value * 1000) / 1000;
  return String(rounded).replace('-', '−');
}

export function formatQuantity(value: number | string, unit?: string | null): string {
  const shown = typeof value === 'number' ? formatNumber(value) : value;
  const name = formatUnit(unit);
  if (!name) return shown;
  return name === '°' || name === '%' ? `${shown}${name}` : `${shown} ${name}`;
}

// "76 mm[Hg]" with the unit as people read it; anything else as it came.
export function formatWritten(text: string): string {
  const [, number, unit] = /^(-?[\d.]+) (\S+)$/.exec(text) ?? [];
  return number ? formatQuantity(number, unit) : text;
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let index = 0;
  let value = bytes;
  while (value >= 1000 && index < units.length - 1) {
    value /= 1000;
    index += 1;
  }
  return `${value.toFixed(index === 0 || value >= 100 ? 0 : 1)} ${units[index]}`;
}
