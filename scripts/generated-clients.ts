// Implements `npm run generated-clients`: generates clients from openapi.json, counts their operations, and compiles them. It installs the
// generators into dist/generated-clients, so it needs network. Java and Go are optional: without them, their clients are skipped.
import { spawnSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { documentedMethods } from '../src/api/openapi/route-definitions.ts';
import { print } from './local/terminal.ts';

const root = fileURLToPath(import.meta.resolve('..'));
const folder = join(root, 'dist/generated-clients');
const document = join(folder, 'openapi.json');
await mkdir(folder, { recursive: true });
await cp(join(root, 'openapi.json'), document);

const paths = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });
const operations = Object.values(paths.parse(JSON.parse(await readFile(document, 'utf8'))).paths).flatMap((item) =>
  documentedMethods.filter((method) => method in item),
).length;

interface Client {
  name: string;
  /** Without one of these programs, the client is skipped. */
  needs: string[];
  /** Generates the client into `out`, compiles it, and returns the number of its operations. */
  generate(out: string): Promise<number>;
}

function run(command: string, args: string[], cwd = folder): void {
  const ran = spawnSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, GOFLAGS: '-mod=mod' } });
  if (ran.status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${ran.stdout}\n${ran.stderr}`);
}

async function countMatches(path: string, pattern: RegExp): Promise<number> {
  return [...(await readFile(path, 'utf8')).matchAll(pattern)].length;
}

const strict = ['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'esnext'];
const browser = ['--moduleResolution', 'bundler', '--lib', 'es2022,dom,dom.iterable'];

/** `webhooks` are left out: the generator writes Python that does not compile for them, and clients don't call them. */
function byOpenApiGenerator(
  generator: string,
  { options = [], operation, compile }: { options?: string[]; operation: RegExp; compile: (out: string) => void },
) {
  return async (out: string) => {
    run('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, '@openapitools/openapi-generator-cli@2']);
    const cli = join(folder, 'node_modules/.bin/openapi-generator-cli');
    const parts = ['--global-property', 'apis,models,supportingFiles'];
    run(cli, ['generate', '-i', document, '-g', generator, '-o', out, ...parts, ...options]);
    compile(out);
    const files = (await readdir(out, { recursive: true })).filter((path) => /\.(?:py|go|ts)$/.test(path));
    const counts = await Promise.all(files.map((path) => countMatches(join(out, path), operation)));
    return counts.reduce((sum, count) => sum + count, 0);
  };
}

const clients: Client[] = [
  {
    name: 'openapi-python-client',
    needs: ['python3'],
    async generate(out) {
      const venv = join(folder, 'venv');
      run('python3', ['-m', 'venv', venv]);
      run(join(venv, 'bin/pip'), ['-q', 'install', 'openapi-python-client']);
      run(join(venv, 'bin/openapi-python-client'), [
        'generate',
        '--path',
        document,
        '--output-path',
        out,
        '--meta',
        'none',
      ]);
      run('python3', ['-m', 'compileall', '-q', out]);
      const files = await readdir(join(out, 'api'), { recursive: true });
      const modules = files.filter((name) => name.endsWith('.py') && !name.endsWith('__init__.py'));
      return modules.length;
    },
  },
  {
    name: '@hey-api/openapi-ts',
    needs: ['npm'],
    async generate(out) {
      run('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, '@hey-api/openapi-ts', 'typescript@5']);
      run(join(folder, 'node_modules/.bin/openapi-ts'), ['-i', document, '-o', out]);
      run('tsc', [...strict, ...browser, join(out, 'sdk.gen.ts'), join(out, 'client.gen.ts')]);
      return countMatches(join(out, 'sdk.gen.ts'), /^export const /gm);
    },
  },
  {
    name: 'openapi-generator python',
    needs: ['java', 'python3'],
    generate: byOpenApiGenerator('python', {
      operation: /def \w+_with_http_info\(/g,
      compile: (out) => run('python3', ['-m', 'compileall', '-q', out]),
    }),
  },
  {
    name: 'openapi-generator go',
    needs: ['java', 'go'],
    generate: byOpenApiGenerator('go', {
      options: ['--additional-properties=enumClassPrefix=true'],
      operation: /^func \(a \*\w+Service\) \w+Execute\(/gm,
      compile: (out) => run('go', ['build', './...'], out),
    }),
  },
  {
    name: 'openapi-generator typescript-fetch',
    needs: ['java'],
    generate: byOpenApiGenerator('typescript-fetch', {
      operation: /^ {4}async \w+Raw\(/gm,
      compile: (out) => run('tsc', [...strict, ...browser, join(out, 'index.ts')]),
    }),
  },
];

let failed = 0;
for (const { name, needs, generate } of clients) {
  const missing = needs.filter((program) => spawnSync('which', [program]).status !== 0);
  if (missing.length > 0) {
    print(`- ${name}: skipped, ${missing.join(' and ')} is not installed`);
    continue;
  }
  const out = join(folder, name.replaceAll(/\W+/g, '-'));
  await rm(out, { recursive: true, force: true });
  try {
    const kept = await generate(out);
    if (kept !== operations) failed += 1;
    print(`${kept === operations ? '✓' : '✗'} ${name}: ${kept} of ${operations} operations, compiles`);
  } catch (error) {
    failed += 1;
    print(`✗ ${name}: ${error instanceof Error ? error.message.slice(0, 2000) : String(error)}`);
  }
}
process.exitCode = failed === 0 ? 0 : 1;
