// The scanner against its peers, over one tree in one run: by default the standard library of the Python at hand.
// Usage: node bench/scan/run.ts [FOLDER]. Prints seconds, MB/s and the ratio to bandit for each.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeParsers } from '../../src/cli/parsers.ts';
import { scanSource } from '../../src/scan/scan.ts';
import { decodeSource } from '../../src/scan/source.ts';

const venv = 'dist/bench-venv';
const python = join(venv, 'bin', 'python');
if (!existsSync(python)) {
  execFileSync('python3', ['-m', 'venv', venv]);
  execFileSync(python, ['-m', 'pip', 'install', '-q', '-r', 'bench/scan/requirements.txt'], { stdio: 'inherit' });
}

const stdlib = execFileSync('python3', ['-c', 'import sysconfig; print(sysconfig.get_path("stdlib"))'], {
  encoding: 'utf8',
});
const origin = process.argv[2] ?? stdlib.trim();
const leftOut = /(^|\/)(site-packages|test|tests|idle_test)\//;
const paths = globSync('**/*.py', { cwd: origin })
  .filter((path) => !leftOut.test(path))
  .sort();
// Its own copy, so that every tool is given just these files.
const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
for (const path of paths) cpSync(join(origin, path), join(folder, path));
const files = paths.map((path) => ({ path, bytes: new Uint8Array(readFileSync(join(folder, path))) }));
const megabytes = files.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6;
const absolute = paths.map((path) => join(folder, path));
console.log(`${files.length} files, ${megabytes.toFixed(1)} MB, ${availableParallelism()} processors\n`);

async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** The better of two runs: the first also warms up. */
async function best(work: () => unknown): Promise<number> {
  return Math.min(await timed(work), await timed(work));
}

function tool(command: string, args: string[]): number {
  const start = performance.now();
  const { error } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'ignore'], maxBuffer: 1 << 30 });
  if (error) throw error;
  return (performance.now() - start) / 1000;
}

const parsers = nodeParsers();
const parser = await parsers.python();
const texts = files.map(({ bytes }) => decodeSource(bytes).text);
const cli = (threads: number) =>
  tool('node', ['src/cli/main.ts', 'lint', '--format', 'json', '--threads', String(threads), folder]);

const rows: [what: string, seconds: number][] = [
  [
    'web-tree-sitter, parse alone',
    await best(() => {
      for (const text of texts) parser.parse(text)?.delete();
    }),
  ],
  [
    'slipway, seed level, 1 thread',
    await best(async () => {
      for (const file of files) await scanSource(parsers, file);
    }),
  ],
  [
    'slipway, strict level, 1 thread',
    await best(async () => {
      for (const file of files) await scanSource(parsers, file, { level: 'strict' });
    }),
  ],
  ['slipway lint, 1 thread (process)', Math.min(cli(1), cli(1))],
  ['slipway lint, 2 threads (process)', Math.min(cli(2), cli(2))],
  [
    'native tree-sitter, parse + query',
    Number(execFileSync(python, ['bench/scan/peers.py'], { input: absolute.join('\n'), encoding: 'utf8' })),
  ],
  [
    'ruff S (process)',
    tool(join(venv, 'bin', 'ruff'), [
      'check',
      '--isolated',
      '--no-cache',
      '--select',
      'S',
      '--output-format',
      'json',
      ...absolute,
    ]),
  ],
  ['bandit (process)', tool(join(venv, 'bin', 'bandit'), ['-q', '-f', 'json', ...absolute])],
];
const bandit = rows.at(-1)?.[1] ?? 1;
const parse = rows[0]?.[1] ?? 1;
console.log('what                                 seconds    MB/s   × bandit   × parse alone');
for (const [what, seconds] of rows) {
  const cells = [
    seconds.toFixed(2),
    (megabytes / seconds).toFixed(1),
    (bandit / seconds).toFixed(1),
    (parse / seconds).toFixed(2),
  ];
  console.log(`${what.padEnd(36)}${cells.map((cell) => cell.padStart(9)).join('')}`);
}
rmSync(folder, { recursive: true });
