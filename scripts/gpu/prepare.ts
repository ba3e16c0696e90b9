// Fills a folder with the Python packages that `npm run test:gpu` and bench/gpu install, for a machine without a network.
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { uvVersion } from '../../builder/server/environments/uv-release.ts';
import { readCommandLine } from '../machine/command-line.ts';
import { print } from '../machine/terminal.ts';
import { rayVersion } from '../ray/install.ts';
import { type CommandRun, runCommand } from '../testing/command.ts';
import { createEnvironment, fetchUv, runUv, toolsFolder } from '../testing/uv.ts';
import { clipDependencies } from './clip-search.ts';

const usage = `node scripts/gpu/prepare.ts FOLDER [OPTION...]

Downloads packages for \`npm run test:gpu -- --folder FOLDER\` and bench/gpu. The first takes minutes: torch has several GB.

  --python VERSION      a Python of the machine with the GPU (3.12); repeatable
  --torch VERSION       torch's version, such as ==2.9.0 (the newest)
  --torch-index URL     PyTorch's index for the card's CUDA (the usual index)`;

const { positionals, values } = readCommandLine(usage, {
  options: {
    python: { type: 'string', multiple: true, default: ['3.12'] },
    torch: { type: 'string', default: '' },
    'torch-index': { type: 'string' },
  },
  positionals: [1, 1],
});
const folder = resolve(positionals[0] ?? '');
const wheels = join(folder, 'wheels');
const tools = join(folder, 'tools');
const pip = resolve('dist/gpu-pip');

const machine = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
/** The oldest C library that the wheels need. pip takes only the names that it is given, and older libraries have older names. */
const libc = 28;
const older = Array.from({ length: libc - 4 }, (_, at) => `manylinux_2_${libc - at}`);
const platforms = [...older, 'manylinux2014', 'manylinux2010', 'manylinux1', 'linux'].map(
  (name) => `${name}_${machine}`,
);

const packages = [
  `torch${values.torch}`,
  ...(await clipDependencies()),
  'nvidia-ml-py',
  `ray[serve]==${rayVersion}`,
  'pip',
];

await Promise.all([wheels, tools].map((path) => mkdir(path, { recursive: true })));
done(await fetchUv());
for (const name of await readdir(toolsFolder)) await copyFile(join(toolsFolder, name), join(tools, name));
const failed = await createEnvironment(pip, process.env.PYTHON ?? 'python3', ['pip']);
if (failed) done(failed);
// Scripts without BUILDER_TOOLS take uv from its wheel, the one that builder/server/environments/uv-release.ts names.
await download(['--no-deps', `uv==${uvVersion}`, '--platform', `musllinux_1_1_${machine}`]);
await writeFile(join(folder, 'packages.txt'), `${packages.join('\n')}\n`);
for (const version of values.python) {
  const locked = join(folder, `packages-${version}.txt`);
  const target = ['--python-version', version, '--python-platform', `${machine}-manylinux_2_${libc}`];
  const index = values['torch-index'];
  const torch = index === undefined ? [] : ['--index', index, '--index-strategy', 'unsafe-best-match'];
  const only = ['--only-binary', ':all:'];
  done(await runUv(['pip', 'compile', join(folder, 'packages.txt'), '-o', locked, ...only, ...target, ...torch]));
  await download([
    ...['--no-deps', '--requirement', locked, '--python-version', version, '--implementation', 'cp'],
    ...platforms.flatMap((platform) => ['--platform', platform]),
    ...(index === undefined ? [] : ['--extra-index-url', index]),
  ]);
}
print(`${folder} has ${(await readdir(wheels)).length} wheels for Python ${values.python.join(' and ')}`);

async function download(args: string[]): Promise<void> {
  const index = process.env.UV_DEFAULT_INDEX ? ['--index-url', process.env.UV_DEFAULT_INDEX] : [];
  const command = ['-m', 'pip', 'download', '--dest', wheels, '--only-binary=:all:', '--progress-bar=off', ...index];
  done(await runCommand(join(pip, 'bin', 'python'), [...command, ...args], print));
}

function done({ exitCode, output }: CommandRun): void {
  if (exitCode !== 0) throw new Error(output);
}
