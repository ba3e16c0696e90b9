// `npm run check`: types, style, generated files. Changes nothing; `npm run check:fix` does.
import { print } from './local/terminal.ts';
import { checks } from './testing/checks.ts';
import { sumLine } from './testing/outcome.ts';
import { runLanes } from './testing/tasks.ts';

const half = Math.ceil(checks.length / 2);
const outcomes = await runLanes(checks.slice(0, half), checks.slice(half));
print(sumLine(outcomes));
process.exitCode = outcomes.some(({ failed }) => failed > 0) ? 1 : 0;
