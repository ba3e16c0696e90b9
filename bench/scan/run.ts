// Compares the scanner with other tools on one tree: by default the standard library of the installed Python, without tests. Prints
// wall time, CPU time, MB/s and the ratios to bandit and to plain tree-sitter.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCommandLine } from '../../scripts/machine/command-line.ts';
import { nodeParsers } from '../../src/cli/parsers.ts';
import type { Parsers } from '../../src/scan/file/parsers.ts';
import { decodeSource } from '../../src/scan/file/source.ts';
import { scanSource } from '../../src/scan/scan.ts';
import { type Cost, measured, measuredCommand } from './measure.ts';
import { measuredInWorkerd } from './workerd.ts';

const packages = 'src/{go,net,os,encoding,text}/**/*.go';

interface GoCosts {
  megabytes: number;
  parse: Cost;
  scan: Cost;
}

async function measuredGo(parsers: Parsers): Promise<GoCosts> {
  const root = execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim();
  const paths = globSync(packages, { cwd: root }).filter((path) => !path.includes('/testdata/'));
  const files = paths.map((path) => ({ path, bytes: new Uint8Array(readFileSync(join(root, path))) }));
  const texts = files.map(({ bytes }) => new TextDecoder().decode(bytes));
  const parser = await parsers.go();
  const parse = await measured(() => {
    for (const text of texts) parser.parse(text)?.delete();
  });
  const scan = await measured(async () => {
    for (const file of files) await scanSource(parsers, file, { language: 'go' });
  });
  return { megabytes: files.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6, parse, scan };
}

const usage = `node bench/scan/run.ts [FOLDER]

Compares the scanner with other tools on a tree, by default Python's standard library.`;

const { positionals } = readCommandLine(usage, { options: {}, positionals: [0, 1] });

const venv = 'dist/bench-venv';
const python = join(venv, 'bin', 'python');
if (!existsSync(python)) {
  execFileSync('python3', ['-m', 'venv', venv]);
  execFileSync(python, ['-m', 'pip', 'install', '-q', '-r', 'bench/scan/requirements.txt'], { stdio: 'inherit' });
}

const findLibrary = ['-c', 'import sysconfig; print(sysconfig.get_path("stdlib"))'];
const sourceFolder = positionals[0] ?? execFileSync('python3', findLibrary, { encoding: 'utf8' }).trim();
const excluded = /(^|\/)(site-packages|test|tests|idle_test)\//;
const paths = globSync('**/*.py', { cwd: sourceFolder })
  .filter((path) => !excluded.test(path))
  .sort();
// Copy the files, so that every tool gets exactly the same ones.
const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
for (const path of paths) cpSync(join(sourceFolder, path), join(folder, path));
const files = paths.map((path) => ({ path, bytes: new Uint8Array(readFileSync(join(folder, path))) }));
const megabytes = files.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6;
const list = paths.map((path) => join(folder, path)).join('\n');
console.log(`${files.length} files, ${megabytes.toFixed(1)} MB, ${availableParallelism()} processors\n`);

const parsers = nodeParsers();
const parser = await parsers.python();
const texts = files.map(({ bytes }) => decodeSource(bytes).text);
const lint = [process.execPath, 'src/cli/main.ts', 'lint', '--format', 'json'];
const tool = (name: string) => join(venv, 'bin', name);
const ruff = [tool('ruff'), 'check', '--isolated', '--no-cache', '--select', 'S', '--output-format', 'json', folder];

function parseAll(): void {
  for (const text of texts) parser.parse(text)?.delete();
}

async function scanAll(level: 'seed' | 'strict'): Promise<void> {
  for (const file of files) await scanSource(parsers, file, { level });
}

function nativeParse(): Cost {
  const line = execFileSync(python, ['bench/scan/peers.py'], { input: list, encoding: 'utf8' });
  const [wall = 0, cpu = 0] = line.split(' ').map(Number);
  return { wall, cpu };
}

const parse = await measured(parseAll);
const seed = await measured(() => scanAll('seed'));
const strict = await measured(() => scanAll('strict'));
const bandit = measuredCommand(python, [tool('bandit'), '-q', '-f', 'json', '-r', folder]);
const rows: [what: string, cost: Cost][] = [
  ['web-tree-sitter, parse only', parse],
  ['slipway, seed level', seed],
  ['slipway, strict level', strict],
  ['slipway lint, 1 thread', measuredCommand(python, [...lint, '--threads', '1', folder], 3)],
  ['slipway lint, 2 threads', measuredCommand(python, [...lint, '--threads', '2', folder], 3)],
  [
    'slipway lint, 1 thread, strict',
    measuredCommand(python, [...lint, '--policy', 'strict', '--threads', '1', folder], 3),
  ],
  [
    'slipway lint, 2 threads, strict',
    measuredCommand(python, [...lint, '--policy', 'strict', '--threads', '2', folder], 3),
  ],
  ['native tree-sitter, parse + query', nativeParse()],
  ['ruff S', measuredCommand(python, ruff)],
  ['bandit', bandit],
];
console.log('                                     wall time                    processor time');
console.log('                                  seconds  × bandit    seconds    MB/s  × bandit  × parse');
for (const [what, { cpu, wall }] of rows) {
  const cells: [string, number][] = [
    [wall.toFixed(2), 7],
    [(bandit.wall / wall).toFixed(1), 10],
    [cpu.toFixed(2), 11],
    [(megabytes / cpu).toFixed(1), 8],
    [(bandit.cpu / cpu).toFixed(1), 10],
    [(parse.cpu / cpu).toFixed(2), 9],
  ];
  console.log(`${what.padEnd(34)}${cells.map(([text, width]) => text.padStart(width)).join('')}`);
}

const go = await measuredGo(parsers);
const goSpeed = (cost: Cost) => `${(go.megabytes / cost.cpu).toFixed(1)} MB/s`;
console.log(
  `\nGo, ${go.megabytes.toFixed(1)} MB: parse only ${goSpeed(go.parse)}, slipway ${goSpeed(go.scan)} of processor time`,
);

const plugin = [];
for (let size = 0, at = 0; size < 100_000 && at < texts.length; at += 7) {
  const text = texts[at] ?? '';
  if (text.length > 40_000) continue;
  size += text.length;
  plugin.push({ path: paths[at] ?? '', text });
}
const size = plugin.reduce((sum, { text }) => sum + text.length, 0);
const { cold, empty, warm } = await measuredInWorkerd(plugin);
console.log(`\n${plugin.length} files of ${(size / 1000).toFixed(0)} KB in workerd, wall time in milliseconds:`);
console.log(
  `warm ${warm.toFixed(1)}, first in a fresh isolate ${cold.toFixed(1)}, a request without files ${empty.toFixed(1)}`,
);
rmSync(folder, { recursive: true });
