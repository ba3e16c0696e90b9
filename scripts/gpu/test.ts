// Implements `npm run test:gpu`: runs the tests that need a GPU, with a folder of packages or with the package index.
import { readCommandLine } from '../machine/command-line.ts';
import { print } from '../machine/terminal.ts';
import { vitest } from '../testing/runners.ts';
import { summary } from '../testing/summary.ts';
import { runLanes } from '../testing/tasks.ts';
import { folderVariables, requireCard } from './folder.ts';

const usage = `npm run test:gpu [-- OPTION... PATH...]

Tests plugins on this machine's NVIDIA GPU.

  PATH...           parts of the paths of test files
  --folder FOLDER   takes packages from a folder that scripts/gpu/prepare.ts filled, instead of the package index`;

const { positionals: filters, values } = readCommandLine(usage, {
  options: { folder: { type: 'string' } },
  positionals: [0, Number.POSITIVE_INFINITY],
});
requireCard();
if (values.folder !== undefined) Object.assign(process.env, folderVariables(values.folder));
const reports = await runLanes([vitest('GPU tests', { projects: ['gpu'], filters })]);
print(summary(reports));
process.exitCode = reports.some(({ failed }) => failed > 0) ? 1 : 0;
