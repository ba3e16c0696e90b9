// Measures how long the packed `slipway lint` takes on a five-file plugin, over 20 starts. Each time is from process start to exit. The
// first run fills the compile cache and doesn't count.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCommandLine } from '../../scripts/machine/command-line.ts';
import { type Cost, measuredCommand } from './measure.ts';

const usage = `node bench/scan/start.ts

Measures the start of \`slipway lint\`.`;

readCommandLine(usage, { options: {} });

const runs = 20;
const plugin = 'examples/http_lookup';

execFileSync(process.execPath, ['scripts/bundle-cli.ts'], { stdio: 'inherit' });
const folder = mkdtempSync(join(tmpdir(), 'slipway-start-'));
cpSync('dist/package', join(folder, 'package'), { recursive: true });
process.env.XDG_CACHE_HOME = join(folder, 'cache');
const slipway = [process.execPath, join(folder, 'package/dist/cli/slipway.js')];

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

console.log('milliseconds                  wall p50   fastest   processor p50');
const rows: [what: string, command: string[]][] = [
  ['node -e 0', [process.execPath, '-e', '0']],
  ['slipway --version', [...slipway, '--version']],
  [`slipway lint ${plugin}`, [...slipway, 'lint', plugin]],
];
for (const [what, command] of rows) {
  measuredCommand('python3', command);
  const costs: Cost[] = Array.from({ length: runs }, () => measuredCommand('python3', command));
  const walls = costs.map(({ wall }) => wall);
  const cells = [median(walls), Math.min(...walls), median(costs.map(({ cpu }) => cpu))];
  console.log(`${what.padEnd(28)}${cells.map((seconds) => (seconds * 1000).toFixed(0).padStart(10)).join('')}`);
}
rmSync(folder, { recursive: true });
