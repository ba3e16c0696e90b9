// Implements `npm run check`: checks types, style and generated files. `npm run check:fix` fixes what it can.
import { print } from './local/terminal.ts';
import { checks } from './testing/checks.ts';
import { summary } from './testing/summary.ts';
import { runLanes } from './testing/tasks.ts';

const half = Math.ceil(checks.length / 2);
const reports = await runLanes(checks.slice(0, half), checks.slice(half));
print(summary(reports));
process.exitCode = reports.some(({ failed }) => failed > 0) ? 1 : 0;
