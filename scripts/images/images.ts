// Implements `npm run images`: builds the Worker's and the builder's images for this machine's CPU architecture, and lists the contents
// of each in a CycloneDX file.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import { formatBytes } from '../../src/core/quantities.ts';
import { buildConsole } from '../console-bundle.ts';
import { docker, engineVersion } from '../containers/docker.ts';
import { workerBundle } from '../local/worker-bundle.ts';
import { readCommandLine } from '../machine/command-line.ts';
import { print, timed } from '../machine/terminal.ts';
import { billOfMaterials } from './bill-of-materials.ts';
import { buildTag } from './build-tag.ts';
import { listImagePackages } from './contents.ts';

const usage = `npm run images [-- --ca FILE] [-- --base IMAGE] [-- --builder-base IMAGE] [-- --build-arg NAME=VALUE]

  --ca FILE            certificates of a company's network, as PEM, which the images also trust
  --base IMAGE         base of the Worker's image, with Python 3.11 or newer (python:3.12-slim-bookworm)
  --builder-base IMAGE base of the builder's image, also with Go and Git (golang:1.26-bookworm)
  --build-arg          as for docker build, such as UV_DEFAULT_INDEX=https://… (builder/Dockerfile)
  --tag TAG            a tag in addition to "latest" (the version of package.json and the time, such as 0.1.0-20261125-094501)`;

const options = {
  ca: { type: 'string' },
  base: { type: 'string', default: 'python:3.12-slim-bookworm' },
  'builder-base': { type: 'string', default: 'golang:1.26-bookworm' },
  'build-arg': { type: 'string', multiple: true },
  tag: { type: 'string' },
} as const;

process.chdir(fileURLToPath(import.meta.resolve('../..')));
const { values } = readCommandLine(usage, { options });
await main();

async function main(): Promise<void> {
  const engine = await engineVersion();
  if ('missing' in engine) {
    process.stderr.write(`images: Docker is not available (${engine.missing}). Start it, then retry.\n`);
    process.exitCode = 1;
    return;
  }
  const tag = values.tag ?? buildTag(packageJson.version, new Date());
  await timed('sources', async () => {
    await Promise.all([buildConsole(), workerBundle()]);
    return { result: undefined, summary: 'console and Worker built' };
  });
  const given = values['build-arg'] ?? [];
  const shared = values.ca === undefined ? given : [...given, `CA=${await readFile(values.ca, 'utf8')}`];
  await timed('worker', () => image('slipway', { file: 'Dockerfile', tag, args: [`BASE=${values.base}`, ...shared] }));
  const args = [`BASE=${values['builder-base']}`, ...shared];
  await timed('builder', () => image('slipway-builder', { file: 'builder/Dockerfile', tag, args }));
  print(`\nSLIPWAY_VERSION=${tag} starts this build even after "latest" refers to another one.`);
}

interface Image {
  file: string;
  tag: string;
  args: string[];
}

/** Builds an image, and writes its contents to dist/images. */
async function image(name: string, { file, tag, args }: Image): Promise<{ result: undefined; summary: string }> {
  const tagged = `${name}:${tag}`;
  const tags = [tagged, `${name}:latest`].flatMap((one) => ['--tag', one]);
  await docker('build', ...tags, ...args.flatMap((one) => ['--build-arg', one]), '--file', file, '.');
  const size = Number(await docker('image', 'inspect', '--format', '{{.Size}}', tagged));
  const bill = billOfMaterials({ name, version: tag, packages: await listImagePackages(tagged) });
  await mkdir('dist/images', { recursive: true });
  await writeFile(join('dist/images', `${name}.cdx.json`), `${JSON.stringify(bill, null, 2)}\n`);
  return { result: undefined, summary: `${tagged}, ${formatBytes(size)}, ${bill.components.length} packages` };
}
