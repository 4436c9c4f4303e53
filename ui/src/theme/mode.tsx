// Light, dark or as the system says; kept in the browser and written to <html data-theme> for the style sheet.
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { readSetting, writeSetting } from '../settings.ts';
import type { Scheme } from './tokens.ts';

export type Mode = Scheme | 'system';

interface ThemeState {
  mode: Mode;
  scheme: Scheme;
  setMode(mode: Mode): void;
}

const ThemeContext = createContext<ThemeState>({ mode: 'system', scheme: 'light', setMode: () => undefined });
const darkQuery = window.matchMedia('(prefers-color-scheme: dark)');

export function ThemeProvider({ children }: { children: ReactNode }) {
  const [mode, setStoredMode] = useState<Mode>(() => readSetting<Mode>('theme', 'system', ['light', 'dark', 'system']));
  const [systemDark, setSystemDark] = useState(darkQuery.matches);
  useEffect(() => {
    const listen = (event: MediaQueryListEvent) => setSystemDark(event.matches);
    darkQuery.addEventListener('change', listen);
    return () => darkQuery.removeEventListener('change', listen);
  }, []);
  const scheme: Scheme = mode === 'system' ? (systemDark ? 'dark' : 'light') : mode;
  useEffect(() => {
    document.documentElement.dataset.theme = scheme;
    document.documentElement.style.colorScheme = scheme;
  }, [scheme]);
  const value = useMemo(
    () => ({
      mode,
      scheme,
      setMode(next: Mode) {
        writeSetting('theme', next);
        setStoredMode(next);
      },
    }),
    [mode, scheme],
  );
  return <ThemeContext.Provider value={value}>{children}</ThemeContext.Provider>;
}

export const useTheme = () => useContext(ThemeContext);
