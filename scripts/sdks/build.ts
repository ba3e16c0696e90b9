// Generates the published clients from openapi.json and packs them as an npm package and a wheel for PyPI. The generators are installed
// into dist/generated-clients, which needs network access.
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { releaseManifest } from '../bundle/manifest.ts';
import { buildWheel } from '../testing/uv.ts';
import { document, folder, npmInstall, pipInstall, root, run, venv } from './generators.ts';

export interface Packages {
  /** Path of the npm package. */
  tarball: string;
  /** Path of the pip package. */
  wheel: string;
}

/** Generators, with exact versions because their output is published. */
const heyApi = '@hey-api/openapi-ts@0.99.0';
const pythonClient = 'openapi-python-client==0.29.1';

/** Builds both packages into `out`, an absolute path, replacing its contents. */
export async function buildSdks(out: string, environment: NodeJS.ProcessEnv): Promise<Packages> {
  const typescript = join(out, 'typescript');
  const python = join(out, 'python');
  await rm(out, { recursive: true, force: true });
  for (const path of [folder, typescript, python]) await mkdir(path, { recursive: true });
  await cp(join(root, 'openapi.json'), document);
  const manifest = await releaseManifest(environment);
  await writeFile(join(typescript, 'package.json'), `${JSON.stringify(npmManifest(manifest), null, 2)}\n`);
  await generateTypeScript(typescript);
  await generatePython(python);
  await writeFile(join(python, 'pyproject.toml'), pyproject(manifest));
  run('npm', ['pack', typescript, '--silent', '--pack-destination', out]);
  await buildWheel(python, out);
  return { tarball: await packed(out, '.tgz'), wheel: await packed(out, '.whl') };
}

type Manifest = Awaited<ReturnType<typeof releaseManifest>>;

export const npmManifest = (manifest: Manifest) => ({
  name: '@slipway-registry/client',
  description: 'Client for the HTTP API of Slipway, a plugin registry and deployment pipeline',
  ...manifest,
  exports: { '.': { types: './dist/package.d.ts', default: './dist/package.js' } },
});

/** The build backend is part of uv, so nothing else is downloaded. */
export const pyproject = ({ version, license, repository }: Manifest) => `[project]
name = "slipway-registry-client"
version = "${version}"
description = "Client of the HTTP API of Slipway, a plugin registry and deployment pipeline"
readme = "README.md"
license = "${license}"
license-files = ["LICENSE"]
requires-python = ">=3.11"
dependencies = ["attrs>=22.2.0", "httpx>=0.23.1,<0.29.0"]
${repository ? `\n[project.urls]\nRepository = "${repository.url.replace(/^git\+/, '')}"\n` : ''}
[build-system]
requires = ["uv_build"]
build-backend = "uv_build"

[tool.uv.build-backend]
module-name = "slipway_client"
module-root = ""
`;

/** Exports the operations and their types, the default client, and a function to create another one. */
const entryPoint = `export * from './index.js';
export { client } from './client.gen.js';
export { type Client, type Config, createClient, createConfig } from './client/index.js';
`;

/**
 * Writes the client's modules and their types, with the import extensions that Node requires. The manifest in `out` marks them as
 * modules.
 */
async function generateTypeScript(out: string): Promise<void> {
  npmInstall(heyApi, 'typescript@5');
  const source = join(out, 'source');
  const options = { input: document, output: { path: source, module: { extension: '.js' } }, logs: { level: 'error' } };
  const generate = join(folder, 'generate.mjs');
  await writeFile(
    generate,
    `import { createClient } from '@hey-api/openapi-ts';\nawait createClient(${JSON.stringify(options)});\n`,
  );
  run('node', [generate]);
  const index = join(source, 'package.ts');
  await writeFile(index, entryPoint);
  const modules = ['--target', 'es2022', '--module', 'nodenext', '--lib', 'es2022,dom,dom.iterable'];
  // Excludes this checkout's types.
  const types = ['--skipLibCheck', '--declaration', '--typeRoots', join(source, 'types')];
  run('tsc', ['--strict', ...modules, ...types, '--outDir', join(out, 'dist'), index]);
  await rm(source, { recursive: true });
  await copyTexts('typescript', out);
}

async function generatePython(out: string): Promise<void> {
  await pipInstall(pythonClient);
  const configuration = join(folder, 'without-hooks.yaml');
  await writeFile(configuration, 'post_hooks: []\n');
  const to = ['--meta', 'none', '--config', configuration, '--output-path', join(out, 'slipway_client')];
  run(join(venv, 'bin/openapi-python-client'), ['generate', '--path', document, ...to]);
  await writeFile(join(out, 'slipway_client/py.typed'), '');
  await copyTexts('python', out);
}

async function copyTexts(language: string, out: string): Promise<void> {
  await cp(join(root, 'scripts/sdks', language, 'README.md'), join(out, 'README.md'));
  await cp(join(root, 'LICENSE'), join(out, 'LICENSE'));
}

async function packed(out: string, ending: string): Promise<string> {
  const name = (await readdir(out)).find((file) => file.endsWith(ending));
  if (name === undefined) throw new Error(`${out} has no file whose name ends with ${ending}.`);
  return join(out, name);
}
