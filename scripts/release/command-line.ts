// Installs the packed command line into empty projects, as users do, and runs it there.
import { join } from 'node:path';
import { commandOutput, expectThat, type Place, refused, run, type Trial, writeFiles } from './trial.ts';

/** pnpm's current major version. npm is the one that runs this script. */
const pnpm = 'pnpm@12.21.0';

export const commandLine: Trial[] = [
  {
    name: 'the command line, installed by npm',
    run(place) {
      commandOutput('npm', ['install', '--no-audit', '--no-fund', place.tarball], { cwd: emptyProject(place) });
      return tryCommands(place);
    },
  },
  {
    name: 'the command line, installed by pnpm',
    run(place) {
      const tools = join(place.folder, 'tools');
      writeFiles(tools, { 'package.json': '{ "private": true }\n' });
      commandOutput('npm', ['install', '--no-audit', '--no-fund', pnpm], { cwd: tools });
      commandOutput(join(tools, 'node_modules/.bin/pnpm'), ['add', place.tarball], { cwd: emptyProject(place) });
      return tryCommands(place);
    },
  },
];

const project = ({ folder }: Place) => join(folder, 'project');

function emptyProject(place: Place): string {
  writeFiles(project(place), { 'package.json': '{ "private": true }\n' });
  return project(place);
}

function tryCommands(place: Place): string {
  const cwd = project(place);
  const slipway = join(cwd, 'node_modules/.bin/slipway');
  writeFiles(cwd, { 'refused.py': refused.source });
  const printed = run(slipway, ['--version'], { cwd });
  expectThat(printed.stdout === `${place.version}\n`, 'slipway --version', printed);
  commandOutput(slipway, ['init', 'made'], { cwd });
  commandOutput(slipway, ['lint', 'made'], { cwd });
  const rejected = run(slipway, ['lint', 'refused.py'], { cwd });
  expectThat(rejected.status === 3 && rejected.stdout.includes(refused.rule), 'slipway lint refused.py', rejected);
  return `slipway --version: ${place.version}; slipway lint: 0 for a new plugin, 3 for a rejected file`;
}
