// Small per-browser settings (language, theme, worklist presets). No patient data is ever kept here.
const prefix = 'xinglin.';

export function readSetting<T extends string>(name: string, fallback: T, allowed: readonly T[]): T {
  const value = readRaw(name);
  return allowed.includes(value as T) ? (value as T) : fallback;
}

export function writeSetting(name: string, value: string): void {
  try {
    localStorage.setItem(prefix + name, value);
  } catch {
    // A browser that refuses storage keeps the setting for this page only.
  }
}

export function readRaw(name: string): string | null {
  try {
    return localStorage.getItem(prefix + name);
  } catch {
    return null;
  }
}
