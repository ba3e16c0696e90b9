// Builds the console's static files, which the Worker serves at /console/.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

/** Adds a script that the pages at `base` wait for. Vite would make a module of it, which browsers run after they have drawn the page. */
export function firstColors(base: string): Plugin {
  return {
    name: 'first-colors',
    async buildStart() {
      const source = await readFile(new URL('first-colors.js', import.meta.url), 'utf8');
      this.emitFile({ type: 'asset', name: 'first-colors.js', source: `{${source}}` });
    },
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle }) => {
        const file = Object.values(bundle ?? {}).find(({ fileName }) => fileName.includes('first-colors'));
        return [{ tag: 'script', attrs: { src: `${base}${file?.fileName}` }, injectTo: 'head-prepend' }];
      },
    },
  };
}

export default defineConfig({
  root: fileURLToPath(import.meta.resolve('.')),
  base: '/console/',
  publicDir: false,
  // Whatever the environment says: a test starts the console that users get.
  define: { 'process.env.NODE_ENV': JSON.stringify('production') },
  resolve: { conditions: ['module', 'browser', 'production'] },
  plugins: [firstColors('/console/')],
  logLevel: 'warn',
  build: {
    outDir: '../../public/console',
    emptyOutDir: true,
    // Lists the files that each page loads (scripts/checks/console-size.ts).
    manifest: '.files.json',
    target: 'es2023',
    // A file below the limit would become a data: URL, which the content security policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    // Packages mark their client parts for servers that render pages. There is no such server here.
    rolldownOptions: {
      onLog: (level, log, report) => log.code === 'MODULE_LEVEL_DIRECTIVE' || report(level, log),
      output: {
        // Code that pages share is in two files, rather than in one for each part. A release changes only the second one.
        codeSplitting: {
          groups: [
            {
              name: 'libraries',
              test: /node_modules\/(react|react-dom|scheduler|use-sync-external-store|@tanstack)\//,
            },
            { name: 'shared', test: /src\/console\/(data|parts)\//, minShareCount: 4 },
          ],
        },
      },
    },
  },
  oxc: { jsx: { runtime: 'automatic', development: false } },
});
