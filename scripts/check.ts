// Implements `npm run check`: checks types, style, generated files and structure. `npm run check:fix` fixes what it can.
import { readCommandLine } from './machine/command-line.ts';
import { print } from './machine/terminal.ts';
import { checks } from './testing/checks.ts';
import { enterTestEnvironment } from './testing/environment.ts';
import { vitest } from './testing/runners.ts';
import { projectSize } from './testing/size.ts';
import { summary } from './testing/summary.ts';
import { runLanes } from './testing/tasks.ts';

const usage = `npm run check

Runs the checks; \`npm run check:fix\` formats and regenerates.`;

readCommandLine(usage, { options: {} });
enterTestEnvironment();

const half = Math.ceil(checks.length / 2);
/** This is one of the tests, so `npm test` runs it too. */
const structure = vitest('imports, processes, pipes and the size of files', {
  projects: ['node'],
  filters: ['test/architecture.test.ts', 'test/imports.test.ts'],
});
const reports = await runLanes(checks.slice(0, half), [...checks.slice(half), structure]);
const size = await projectSize();
if (size !== undefined) print(size);
print(summary(reports));
process.exitCode = reports.some(({ failed }) => failed > 0) ? 1 : 0;
