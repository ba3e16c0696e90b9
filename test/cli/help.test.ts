// Tests help, version and rule explanations: they are printed to standard output, and are short, with examples first.
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { environmentNames } from '../../src/cli/connection/environment-names.ts';
import { createProgram } from '../../src/cli/program.ts';
import { createOutput } from '../../src/cli/terminal/output.ts';
import { version } from '../../src/cli/version.ts';
import { explanations } from '../../src/contract/findings/explanations.ts';
import { adviceFor } from '../../src/contract/findings/name-advice.ts';
import { inProcess, slipwayInProcess } from './in-process.ts';

describe("every command's help fits on a page", () => {
  test.each(commandsBelow(programForReading(), []))('the help fits on a page: slipway %s', async (_, words) => {
    const { exit, stderr, stdout } = await inProcess([...words, '--help']);
    const lines = stdout.trimEnd().split('\n');
    expect([exit, stderr, lines[0]]).toEqual(['done', '', expect.stringMatching(/^(Usage: slipway|Examples:$)/)]);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.length).toBeLessThanOrEqual(30);
    const isGroup = stdout.includes('\nCommands:\n') || words.length === 0;
    if (!isGroup && !words.at(-1)?.startsWith('__')) expect(lines[0]).toBe('Examples:');
  });
});

function commandsBelow(command: Command, words: string[]): [string, string[]][] {
  const below = command.commands.flatMap((child) => commandsBelow(child, [...words, child.name()]));
  return [[words.join(' '), words], ...below];
}

function programForReading(): Command {
  const stream = { write: () => true };
  return createProgram({ output: createOutput(stream, stream, {}, true), finish: () => {}, environment: {} });
}

test.each([
  [['help'], 'Usage: slipway '],
  [['help', 'lint'], 'Examples:'],
  [['help', 'keys', 'create'], 'Examples:'],
  [['help', 'commands'], 'Slipway commands:'],
])('slipway %j begins with %s', async (args, start) => {
  const { exit, stdout } = await inProcess(args);
  expect([exit, stdout.startsWith(start)]).toEqual(['done', true]);
});

test('help environment lists every variable', async () => {
  const { stdout } = await inProcess(['help', 'environment']);
  for (const name of Object.values(environmentNames).flat()) expect(stdout).toContain(name);
});

test.each([
  ['publsh', ['publsh'], 'publish'],
  ['plugin tset', ['plugin', 'tset'], 'test'],
  ['keys creat', ['keys', 'creat'], 'create'],
])('%s gets a suggestion', async (_, args, suggestion) => {
  expect(await inProcess(args)).toMatchObject({
    exit: 'usage',
    stderr: expect.stringMatching(`\\b${suggestion}\\b`),
  });
});

test('--version prints the version and nothing else', async () => {
  expect(await slipwayInProcess(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test("--explain shows a rule's reason and both forms", async () => {
  expect(await slipwayInProcess(['lint', '--explain', 'slp501'])).toEqual({
    code: 0,
    stderr: '',
    stdout: `SLP501  Dunder access  warning, dunder

These attributes lead from any object to every class and function in the
interpreter, a common way to escape a sandbox.
Use type(value), isinstance and getattr with a literal name.

✗ Avoid
    name = value.__class__.__name__

✓ Use instead
    name = type(value).__name__
`,
  });
});

test.each(['threading', 'torch.load', 'setattr'])('--explain shows the alternative for the name %s', async (name) => {
  const canonical = name === 'setattr' ? 'builtins.setattr' : name;
  const { code, stdout } = await slipwayInProcess(['lint', '--explain', name, '--json']);
  expect([code, JSON.parse(stdout)]).toMatchObject([
    0,
    { name: canonical, fix: adviceFor({ name: canonical, ruleId: 'SLP101' }) },
  ]);
});

test.each([
  ['os.Process', 'SLP901'],
  ['github.com/dop251/goja', 'SLP904'],
] as const)('--explain shows the alternative for the Go name %s', async (name, ruleId) => {
  const { code, stdout } = await slipwayInProcess(['lint', '--explain', name, '--json']);
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { name, ruleId, fix: adviceFor({ name, ruleId }) }]);
});

test('--explain for a name shows its fix and the rule that reports it', async () => {
  expect((await slipwayInProcess(['lint', '--explain', 'sys.modules'])).stdout).toBe(`sys.modules is reported by
SLP120  Code loader  error, loader

A loader runs code that isn't in the archive, or changes which code an import
finds.
To test for a package, write \`try: import torch\` with \`except ImportError: torch
= None\`.
`);
});

test('--explain --json returns the same content as JSON', async () => {
  const { stdout } = await slipwayInProcess(['lint', '--explain', 'SLP501', '--json']);
  expect(JSON.parse(stdout)).toEqual({
    ruleId: 'SLP501',
    title: 'Dunder access',
    category: 'dunder',
    severity: 'warning',
    ...explanations.SLP501,
  });
});

test('the help of a command says which options it needs', async () => {
  const { stdout } = await inProcess(['quarantine', 'add', '--help'], {});
  expect(stdout).toMatch(/--objection <text> +how the authors can object \(required\)/);
  expect(stdout).not.toMatch(/--drain .*\(required\)/);
});
