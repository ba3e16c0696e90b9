// Defines the clients for `npm run generated-clients`: how to generate, compile, count and call each one.
import { spawnSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEnvironment } from '../testing/uv.ts';

export const root = fileURLToPath(import.meta.resolve('../..'));
export const folder = join(root, 'dist/generated-clients');
export const document = join(folder, 'openapi.json');
const calls = join(root, 'scripts/generated-clients/calls');

/** Target of the calls: SLIPWAY_BASE_URL, SLIPWAY_API_KEY and SLIPWAY_NAMESPACE. */
export type CallEnvironment = Record<string, string>;

export interface GeneratedClient {
  name: string;
  /** Folder name in dist/generated-clients. */
  folder: string;
  /** The client is skipped if one of these programs is missing. */
  needs: string[];
  /** Generates the client into `out` and compiles it with its calls. Returns its number of operations. */
  generate(out: string): Promise<number>;
  /** Runs the calls. Returns their output. */
  call(out: string, environment: CallEnvironment): string;
}

interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
}

export function run(command: string, args: string[], { cwd = folder, env = {} }: RunOptions = {}): string {
  const ran = spawnSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, GOFLAGS: '-mod=mod', ...env } });
  if (ran.status === 0) return ran.stdout;
  throw new Error(`${command} ${args.join(' ')} failed:\n${ran.error?.message ?? ''}${ran.stdout}\n${ran.stderr}`);
}

export const npmInstall = (...packages: string[]) =>
  run('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, ...packages]);

export const venv = join(folder, 'venv');
const python = join(venv, 'bin/python');

export async function pipInstall(...packages: string[]): Promise<void> {
  const failed = await createEnvironment(venv, 'python3', packages);
  if (failed) throw new Error(failed.output);
}

async function countMatches(path: string, pattern: RegExp): Promise<number> {
  return [...(await readFile(path, 'utf8')).matchAll(pattern)].length;
}

/** Counts the matches in all source files under `out`. */
async function countOperations(out: string, pattern: RegExp): Promise<number> {
  const files = (await readdir(out, { recursive: true })).filter((path) => /\.(?:py|go|ts)$/.test(path));
  const counts = await Promise.all(files.map((path) => countMatches(join(out, path), pattern)));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Omits webhooks: clients don't call them, and the Python that the generator writes for them doesn't compile. */
function openApiGenerator(generator: string, out: string, ...options: string[]): void {
  npmInstall('@openapitools/openapi-generator-cli@2');
  const parts = ['--global-property', 'apis,models,supportingFiles'];
  const args = ['generate', '-i', document, '-g', generator, '-o', out, ...parts, ...options];
  run(join(folder, 'node_modules/.bin/openapi-generator-cli'), args);
}

/** Type-checks the client with its calls, and bundles both so that Node can run them. */
async function compileTypeScript(out: string, source: string): Promise<void> {
  const file = join(out, 'calls.ts');
  await cp(join(calls, source), file);
  const types = ['--typeRoots', join(root, 'node_modules/@types'), '--types', 'node'];
  const target = ['--target', 'es2022', '--module', 'esnext', '--moduleResolution', 'bundler', '--lib', 'es2022,dom'];
  run('tsc', ['--noEmit', '--strict', '--skipLibCheck', ...target, ...types, file, join(out, 'index.ts')]);
  const bundle = join(out, 'calls.mjs');
  run('esbuild', [file, '--bundle', '--platform=node', '--format=esm', '--log-level=error', `--outfile=${bundle}`]);
}

const runBundle = (out: string, env: CallEnvironment) => run('node', [join(out, 'calls.mjs')], { env });

export const clients: GeneratedClient[] = [
  {
    name: 'openapi-python-client',
    folder: 'openapi-python-client',
    needs: ['python3'],
    async generate(out) {
      await pipInstall('openapi-python-client');
      await mkdir(out);
      const to = ['--output-path', join(out, 'slipway_client'), '--meta', 'none'];
      run(join(venv, 'bin/openapi-python-client'), ['generate', '--path', document, ...to]);
      run(python, ['-m', 'compileall', '-q', out]);
      return countOperations(out, /^def sync_detailed\(/gm);
    },
    call: (out, env) => run(python, [join(calls, 'openapi_python_client.py')], { env: { ...env, PYTHONPATH: out } }),
  },
  {
    name: '@hey-api/openapi-ts',
    folder: 'hey-api-openapi-ts',
    needs: ['npm'],
    async generate(out) {
      npmInstall('@hey-api/openapi-ts', 'typescript@5');
      run(join(folder, 'node_modules/.bin/openapi-ts'), ['-i', document, '-o', out]);
      await compileTypeScript(out, 'hey-api.ts');
      return countMatches(join(out, 'sdk.gen.ts'), /^export const /gm);
    },
    call: runBundle,
  },
  {
    name: 'openapi-generator python',
    folder: 'openapi-generator-python',
    needs: ['java', 'python3'],
    async generate(out) {
      openApiGenerator('python', out);
      run('python3', ['-m', 'compileall', '-q', out]);
      await pipInstall('--requirement', join(out, 'requirements.txt'));
      return countOperations(out, /def \w+_with_http_info\(/g);
    },
    call: (out, env) => run(python, [join(calls, 'openapi_generator.py')], { env: { ...env, PYTHONPATH: out } }),
  },
  {
    name: 'openapi-generator go',
    folder: 'openapi-generator-go',
    needs: ['java', 'go'],
    async generate(out) {
      const module = ['--git-host', 'example.com', '--git-user-id', 'slipway', '--git-repo-id', 'client'];
      openApiGenerator('go', out, '--additional-properties=enumClassPrefix=true,packageName=client', ...module);
      const operations = await countOperations(out, /^func \(a \*\w+Service\) \w+Execute\(/gm);
      await mkdir(join(out, 'calls'));
      await cp(join(calls, 'openapi_generator.go'), join(out, 'calls/main.go'));
      run('go', ['build', '-o', 'calls/calls', './calls'], { cwd: out });
      return operations;
    },
    call: (out, env) => run(join(out, 'calls/calls'), [], { env }),
  },
  {
    name: 'openapi-generator typescript-fetch',
    folder: 'openapi-generator-typescript-fetch',
    needs: ['java'],
    async generate(out) {
      openApiGenerator('typescript-fetch', out);
      await compileTypeScript(out, 'typescript-fetch.ts');
      return countOperations(out, /^ {4}async \w+Raw\(/gm);
    },
    call: runBundle,
  },
];
