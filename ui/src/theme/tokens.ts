// The look of antd in one place. Values differ from its defaults where those fail WCAG 2.2 AA (contrast, target size).
import { theme, type ThemeConfig } from 'antd';

export type Scheme = 'light' | 'dark';

const shared = {
  fontSize: 14,
  borderRadius: 6,
  controlHeight: 32,
  controlHeightSM: 26,
  wireframe: false,
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
};

const light = {
  colorPrimary: '#0b6572',
  colorInfo: '#0b6572',
  colorLink: '#0b6572',
  colorLinkHover: '#084b55',
  colorError: '#b3261e',
  colorWarning: '#8a4b00',
  colorSuccess: '#1d6b35',
  colorErrorBg: '#fdecea',
  colorWarningBg: '#fff1dc',
  colorSuccessBg: '#e6f4ea',
  colorTextSecondary: '#4d5759',
  colorTextTertiary: '#566063',
  colorTextDescription: '#566063',
  colorTextPlaceholder: '#656d70',
  colorTextDisabled: '#6a7274',
  colorBgLayout: '#f3f5f5',
  colorBorder: '#b9c3c5',
  colorBorderSecondary: '#e1e6e7',
};

const dark = {
  colorPrimary: '#1f8797',
  colorInfo: '#57b9c8',
  colorLink: '#6fcad8',
  colorLinkHover: '#a0dfe8',
  colorError: '#ff8a80',
  colorWarning: '#ffc069',
  colorSuccess: '#7fd397',
  colorErrorBg: '#3a1815',
  colorWarningBg: '#38270f',
  colorSuccessBg: '#12301b',
  colorText: '#e6ebec',
  colorTextSecondary: '#b9c3c5',
  colorTextTertiary: '#aab5b7',
  colorTextDescription: '#aab5b7',
  colorTextPlaceholder: '#9aa5a7',
  colorTextDisabled: '#8f9a9c',
  colorBgLayout: '#0d1213',
  colorBgContainer: '#151b1d',
  colorBgElevated: '#1d2527',
  colorBorder: '#445154',
  colorBorderSecondary: '#283133',
};

const motion = !window.matchMedia('(prefers-reduced-motion: reduce)').matches;

export function antdTheme(scheme: Scheme): ThemeConfig {
  const isDark = scheme === 'dark';
  return {
    algorithm: isDark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: { ...shared, motion, ...(isDark ? dark : light) },
    components: {
      Button: isDark
        ? {
            colorPrimary: '#14717f',
            colorPrimaryHover: '#11636f',
            colorPrimaryActive: '#0f5c68',
            dangerColor: '#1f0f0d',
            defaultHoverColor: '#8bdbe7',
            defaultHoverBorderColor: '#8bdbe7',
            defaultActiveColor: '#8bdbe7',
            defaultActiveBorderColor: '#8bdbe7',
          }
        : {},
      Tooltip: { colorBgSpotlight: isDark ? '#2b3638' : '#26302f' },
    },
  };
}
