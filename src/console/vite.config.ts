// Builds the console's static files, which the Worker serves at /console/.
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

/**
 * Adds a script that the pages at `base` wait for. Vite would turn it into a module, which browsers run only after drawing the page.
 */
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

/** Matches a package's folder and name in a file path. */
const packageOf = /^(.*?node_modules\/((?:@[^/]+\/)?[^/]+))\//;

/** Adds the license texts of the packages whose code or fonts are in the build, as their licenses require. */
export function packageLicenses(): Plugin {
  let root = '';
  return {
    name: 'package-licenses',
    configResolved: (config) => {
      root = config.root;
    },
    async generateBundle(_, bundle) {
      const files = Object.values(bundle).flatMap((file) =>
        file.type === 'asset' ? file.originalFileNames : Object.keys(file.modules),
      );
      const packages = new Map(
        files.flatMap((file) => {
          const [, folder, name] = packageOf.exec(resolve(root, file.replaceAll('\0', ''))) ?? [];
          return folder === undefined || name === undefined ? [] : [[name, folder]];
        }),
      );
      const texts = [...packages].toSorted().map(async ([name, folder]) => `${name}\n\n${await licenseIn(folder)}\n`);
      const source = (await Promise.all(texts)).join(`\n${'-'.repeat(78)}\n\n`);
      this.emitFile({ type: 'asset', name: 'licenses.txt', source });
    },
  };
}

async function licenseIn(folder: string): Promise<string> {
  const file = (await readdir(folder)).find((name) => /^licen[cs]e(?:-\w+)?(?:\.\w+)?$/i.test(name));
  if (file === undefined) throw new Error(`${folder} has no license text. Leave the package out of the build.`);
  return readFile(join(folder, file), 'utf8');
}

export default defineConfig({
  root: fileURLToPath(import.meta.resolve('.')),
  base: '/console/',
  publicDir: false,
  // Ignores the environment, so tests run the same console as users.
  define: { 'process.env.NODE_ENV': JSON.stringify('production') },
  resolve: { conditions: ['module', 'browser', 'production'] },
  plugins: [firstColors('/console/'), packageLicenses()],
  logLevel: 'warn',
  build: {
    outDir: '../../public/console',
    emptyOutDir: true,
    // Lists the files that each page loads (scripts/checks/console-size.ts).
    manifest: '.files.json',
    target: 'es2023',
    // Smaller files would become data: URLs, which the content security policy rejects.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    // Packages mark their client parts for servers that render pages, which Slipway doesn't have.
    rolldownOptions: {
      onLog: (level, log, report) => log.code === 'MODULE_LEVEL_DIRECTIVE' || report(level, log),
      output: {
        // Bundles shared code in two files instead of one per part. A release changes only the second one.
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
