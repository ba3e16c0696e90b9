// Implements `npm test`: runs the checks and all test runners. The last line is their total; each check counts as one test.
import { print } from './local/terminal.ts';
import { checks } from './testing/checks.ts';
import { goTests, sdkTests, unittest, vitest } from './testing/runners.ts';
import { summary } from './testing/summary.ts';
import { runLanes } from './testing/tasks.ts';

const python = unittest('Python host tests', 'builder/host-python/tests');
const go = goTests('Go host tests', 'builder/host-go');
const unit = vitest('Node and workerd tests', ['pure', 'node', 'workerd']);
const sdk = sdkTests('SDK tests', 'test/sdk');
const endToEnd = vitest('end-to-end tests', ['e2e']);

// Most tests wait for processes and the network part of their time. Two lanes side by side keep the processors in use.
const reports = await runLanes([...checks, python, sdk, endToEnd], [go, unit]);
print(summary(reports));
process.exitCode = reports.some(({ failed }) => failed > 0) ? 1 : 0;
