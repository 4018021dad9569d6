import { createTheme, type MantineColorsTuple, Modal } from '@mantine/core';

/** Harbour water, from foam to depth. Shade 8 carries white text at 7:1. */
const wharf: MantineColorsTuple = [
  '#e8f5f7',
  '#d3e9ed',
  '#a5d3db',
  '#73bbc9',
  '#4ba7b9',
  '#3499ae',
  '#258ea4',
  '#147789',
  '#0f5c6e',
  '#07404e',
];

/** Mantine's dark greys, moved towards the same water. 7 is the page, 6 inputs and buttons, 0 text. */
const dark: MantineColorsTuple = [
  '#e4edef',
  '#c3d1d5',
  '#9db0b6',
  '#8297a0',
  '#3d5158',
  '#2c4046',
  '#1a292e',
  '#10191c',
  '#0c1416',
  '#080e10',
];

export const theme = createTheme({
  primaryColor: 'wharf',
  primaryShade: { light: 8, dark: 7 },
  colors: { wharf, dark },
  defaultRadius: 'md',
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Open Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  headings: { fontWeight: '650' },
  cursorType: 'pointer',
  components: {
    // A dialogue's head is a <header>, which would be a second banner of the page.
    Modal: Modal.extend({
      defaultProps: {
        centered: true,
        closeButtonProps: { 'aria-label': 'Close' },
        attributes: { header: { role: 'presentation' } },
      },
    }),
  },
});
