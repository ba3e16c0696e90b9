// Builds the console's static files, which the Worker serves at /console/.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(import.meta.resolve('.')),
  base: '/console/',
  publicDir: false,
  logLevel: 'warn',
  build: {
    outDir: '../../public/console',
    emptyOutDir: true,
    target: 'es2023',
    // A file below the limit would become a data: URL, which the content security policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    // Packages mark their client parts for servers that render pages, which there are none of here.
    rolldownOptions: { onLog: (level, log, report) => log.code === 'MODULE_LEVEL_DIRECTIVE' || report(level, log) },
  },
  oxc: { jsx: { runtime: 'automatic' } },
});
