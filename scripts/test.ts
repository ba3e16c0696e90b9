// `npm test`: the checks and every runner. The last line counts them all together; each check counts as a test.
import { print } from './local/terminal.ts';
import { checks } from './testing/checks.ts';
import { sumLine } from './testing/outcome.ts';
import { goTests, sdkTests, unittest, vitest } from './testing/runners.ts';
import { runLanes } from './testing/tasks.ts';

const python = unittest('tests of the Python host', 'builder/host-python/tests');
const go = goTests('tests of the Go host', 'builder/host-go');
const unit = vitest('tests in Node and workerd', ['node', 'workerd']);
const sdk = sdkTests('tests with the real SDK', 'test/sdk');
const endToEnd = vitest('end-to-end tests', ['e2e']);

// The end-to-end tests have the machine for themselves: they measure that nothing fails while things are moved.
const outcomes = [...(await runLanes([...checks, python, sdk], [go, unit])), ...(await runLanes([endToEnd]))];
print(sumLine(outcomes));
process.exitCode = outcomes.some(({ failed }) => failed > 0) ? 1 : 0;
