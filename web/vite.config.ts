// How the front end is built, served while it is being written, and tested.
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'postcss';
import { defineConfig } from 'vitest/config';

const server = process.env.OUREA_URL ?? 'http://127.0.0.1:8080';

/** PatternFly's other brands, right-to-left rules and ways to fold tables are half of its style sheets, and unused. */
const UNUSED_STYLES =
  /theme-(glass|felt|redhat|high-contrast)|dir-rtl|pf-m-tree-view|pf-m-grid(-lg|-xl|-2xl)?(?![-\w])/;

const dropUnusedStyles: Plugin = {
  postcssPlugin: 'drop-unused-styles',
  Rule(rule) {
    if (rule.selectors.every((selector) => UNUSED_STYLES.test(selector))) rule.remove();
  },
};

export default defineConfig({
  // Relative, so that the portal may live below any path: the server completes index.html.
  base: './',
  plugins: [react()],
  css: { postcss: { plugins: [dropUnusedStyles] } },
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2022',
    // The content security policy knows no data: fonts and no inline code.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      output: {
        // A few larger files travel and compress better than a hundred small ones.
        codeSplitting: {
          groups: [
            {
              name: 'vendor',
              test: /node_modules\/(react|react-dom|scheduler|react-router|@tanstack\/query-core|@tanstack\/react-query|i18next|react-i18next)\//,
              priority: 3,
            },
            {
              name: 'patternfly',
              test: /node_modules\/@patternfly\//,
              minShareCount: 4,
              priority: 2,
            },
            { name: 'shared', test: /\/src\//, minShareCount: 3, priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      // Not the short form: that names another Host than the page's, and the server refuses foreign pages.
      '/api': { target: server },
      '/console': { target: server.replace(/^http/, 'ws'), ws: true },
    },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    css: false,
    server: { deps: { inline: [/@patternfly\/.*/] } },
  },
});
