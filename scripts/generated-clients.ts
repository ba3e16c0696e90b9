// Implements `npm run generated-clients`: generates clients from openapi.json, compiles them, and counts their operations. Needs network
// access to install the generators into dist/generated-clients. Skips clients whose generator needs a program that isn't installed.
import { spawnSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { documentedMethods } from '../src/api/openapi/route-definitions.ts';
import { readCommandLine } from './machine/command-line.ts';
import { print } from './machine/terminal.ts';
import { document, folder, npmInstall, pipInstall, run, venv } from './sdks/generators.ts';

const usage = `npm run generated-clients

Generates and compiles clients from openapi.json.`;

readCommandLine(usage, { options: {} });

interface GeneratedClient {
  /** The client is skipped if one of these programs is missing. */
  needs: string[];
  /** Generates the client into `out`, a folder that doesn't exist, and compiles it. */
  generate(out: string): Promise<void> | void;
  /** Matches once per operation in the client's sources. */
  operation: RegExp;
}

/** Omits webhooks: clients don't call them, and the Python that the generator writes for them doesn't compile. */
function openApiGenerator(generator: string, out: string, ...options: string[]): void {
  npmInstall('@openapitools/openapi-generator-cli@2');
  const parts = ['--global-property', 'apis,models,supportingFiles'];
  const args = ['generate', '-i', document, '-g', generator, '-o', out, ...parts, ...options];
  run(join(folder, 'node_modules/.bin/openapi-generator-cli'), args);
}

function checkTypes(out: string): void {
  const target = ['--target', 'es2022', '--module', 'esnext', '--moduleResolution', 'bundler', '--lib', 'es2022,dom'];
  run('tsc', ['--noEmit', '--strict', '--skipLibCheck', ...target, join(out, 'index.ts')]);
}

const clients: Record<string, GeneratedClient> = {
  'openapi-python-client': {
    needs: ['python3'],
    async generate(out) {
      await pipInstall('openapi-python-client');
      const to = ['--output-path', out, '--meta', 'none'];
      run(join(venv, 'bin/openapi-python-client'), ['generate', '--path', document, ...to]);
      run('python3', ['-m', 'compileall', '-q', out]);
    },
    operation: /^def sync_detailed\(/gm,
  },
  'hey-api-openapi-ts': {
    needs: ['npm'],
    generate(out) {
      npmInstall('@hey-api/openapi-ts', 'typescript@5');
      run(join(folder, 'node_modules/.bin/openapi-ts'), ['-i', document, '-o', out]);
      checkTypes(out);
    },
    operation: /^export const .* = <ThrowOnError/gm,
  },
  'openapi-generator-python': {
    needs: ['java', 'python3'],
    generate(out) {
      openApiGenerator('python', out);
      run('python3', ['-m', 'compileall', '-q', out]);
    },
    operation: /def \w+_with_http_info\(/g,
  },
  'openapi-generator-go': {
    needs: ['java', 'go'],
    generate(out) {
      const module = ['--git-host', 'example.com', '--git-user-id', 'slipway', '--git-repo-id', 'client'];
      openApiGenerator('go', out, '--additional-properties=enumClassPrefix=true,packageName=client', ...module);
      run('go', ['build', '.'], out);
    },
    operation: /^func \(a \*\w+Service\) \w+Execute\(/gm,
  },
  'openapi-generator-typescript-fetch': {
    needs: ['java'],
    generate(out) {
      openApiGenerator('typescript-fetch', out);
      checkTypes(out);
    },
    operation: /^ {4}async \w+Raw\(/gm,
  },
};

await mkdir(folder, { recursive: true });
await cp(new URL('../openapi.json', import.meta.url), document);
const paths = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });
const operations = Object.values(paths.parse(JSON.parse(await readFile(document, 'utf8'))).paths).flatMap((item) =>
  documentedMethods.filter((method) => method in item),
).length;
const results: boolean[] = [];
for (const [name, client] of Object.entries(clients)) results.push(await succeeds(name, client));
process.exitCode = results.every(Boolean) ? 0 : 1;

/** Generates one client and prints the result. A skipped client doesn't count as failed. */
async function succeeds(name: string, { needs, generate, operation }: GeneratedClient): Promise<boolean> {
  const missing = needs.filter((program) => spawnSync('which', [program]).status !== 0);
  if (missing.length > 0) {
    print(`- ${name}: skipped, ${missing.join(' and ')} is not installed`);
    return true;
  }
  const out = join(folder, name);
  await rm(out, { recursive: true, force: true });
  try {
    await generate(out);
    const files = (await readdir(out, { recursive: true })).filter((path) => /\.(?:py|go|ts)$/.test(path));
    const texts = await Promise.all(files.map((path) => readFile(join(out, path), 'utf8')));
    const kept = texts.reduce((sum, text) => sum + [...text.matchAll(operation)].length, 0);
    print(`${kept === operations ? '✓' : '✗'} ${name}: ${kept} of ${operations} operations, compiles`);
    return kept === operations;
  } catch (error) {
    print(`✗ ${name}: ${error instanceof Error ? error.message.slice(0, 2000) : String(error)}`);
    return false;
  }
}
