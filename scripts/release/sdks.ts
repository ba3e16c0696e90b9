// Installs the packed clients into empty projects, and runs their READMEs' examples against a Slipway with one plugin.
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Local } from '../local/organization.ts';
import { buildSdks, type Packages } from '../sdks/build.ts';
import { findCodeBlocks } from '../site/code-blocks.ts';
import { createEnvironment } from '../testing/uv.ts';
import { withServer } from './server.ts';
import { commandOutput, expectThat, type Place, run, type Trial, writeFiles } from './trial.ts';

export const sdks: Trial[] = [
  {
    name: 'the SDKs, installed by npm and pip',
    async run(place) {
      const packages = await buildSdks(join(place.folder, 'sdks'), {});
      return withServer((local) => tryBoth(place, packages, local));
    },
  },
];

async function tryBoth(place: Place, packages: Packages, local: Local): Promise<string> {
  const env = { SLIPWAY_BASE_URL: local.url, SLIPWAY_API_KEY: local.api_key, SLIPWAY_NAMESPACE: local.namespace_id };
  publishPlugin(place, env);
  const typescript = callFromNode(place, packages.tarball, env);
  const python = await callFromPython(place, packages.wheel, env);
  for (const printed of [typescript, python])
    expectThat(
      printed.includes('my_plugin_1_0_0') && /"status": ?"success"/.test(printed),
      `a README's example printed ${printed}`,
      { status: 0, stdout: printed, stderr: '' },
    );
  return "both READMEs' examples list and call a plugin, and the TypeScript types check";
}

function publishPlugin({ folder, tarball }: Place, env: NodeJS.ProcessEnv): void {
  const slipway = (...args: string[]) =>
    commandOutput('npm', ['exec', '--yes', '--package', tarball, '--', 'slipway', ...args], { cwd: folder, env });
  slipway('init', 'my_plugin');
  slipway('publish', 'my_plugin');
}

function exampleOf(language: string, folder: string): string {
  const path = resolve('scripts/sdks', folder, 'README.md');
  return findCodeBlocks(path, readFileSync(path, 'utf8')).find((block) => block.language === language)?.code ?? '';
}

function callFromNode({ folder }: Place, tarball: string, env: NodeJS.ProcessEnv): string {
  const cwd = join(folder, 'typescript');
  writeFiles(cwd, {
    'package.json': '{ "private": true, "type": "module" }\n',
    'example.ts': exampleOf('ts', 'typescript'),
  });
  commandOutput('npm', ['install', '--no-audit', '--no-fund', tarball], { cwd });
  const node = resolve('node_modules/@types');
  const target = ['--target', 'es2022', '--module', 'nodenext', '--typeRoots', node, '--types', 'node'];
  commandOutput(resolve('node_modules/.bin/tsc'), ['--strict', ...target, 'example.ts'], { cwd });
  return commandOutput('node', ['example.js'], { cwd, env });
}

async function callFromPython({ folder }: Place, wheel: string, env: NodeJS.ProcessEnv): Promise<string> {
  const cwd = join(folder, 'python');
  mkdirSync(cwd);
  const environment = join(cwd, 'environment');
  const failed = await createEnvironment(environment, 'python3', ['pip']);
  if (failed) throw new Error(failed.output);
  const python = join(environment, 'bin/python');
  commandOutput(python, ['-m', 'pip', 'install', '--quiet', '--target', 'packages', wheel], { cwd });
  writeFiles(cwd, { 'example.py': exampleOf('python', 'python') });
  const ran = run(python, ['example.py'], { cwd, env: { ...env, PYTHONPATH: join(cwd, 'packages') } });
  expectThat(ran.status === 0, 'the Python example', ran);
  return ran.stdout;
}
