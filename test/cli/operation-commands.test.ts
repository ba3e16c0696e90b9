// Tests that the commands that the OpenAPI document names for operations exist, with the arguments and options shown.
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createProgram } from '../../src/cli/program.ts';
import { createOutput } from '../../src/cli/terminal/output.ts';
import type { Operation, ShownOperation } from '../../src/reference/document.ts';
import { draftRequest } from '../../src/reference/request/draft.ts';

const stream = { write: () => true };
const program = createProgram({
  output: createOutput(stream, stream, {}, true),
  finish: () => {},
  environment: {},
});

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: ShownOperation['components'];
}
const document: Document = JSON.parse(await readFile('openapi.json', 'utf8'));
const listed = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).flatMap(([method, operation]) => {
    const { operationId: id, 'x-slipway-command': template } = operation;
    const { components } = document;
    const shown: ShownOperation = { id, method, path, operation, components, isWebhook: false, problems: [] };
    return template === undefined ? [] : [{ id, template, command: draftRequest(shown, []).command ?? '' }];
  }),
);

interface Found {
  leaf: Command;
  name: string;
  rest: string[];
}

function found(line: string): Found {
  let leaf = program;
  const [, ...words] = wordsOf(line);
  const name: (string | undefined)[] = [];
  for (let next = child(leaf, words[0]); next; next = child(leaf, words[0])) {
    name.push(words.shift());
    leaf = next;
  }
  return { leaf, name: name.join(' '), rest: words };
}

/** Splits the line as a shell does: text in single quotes is one word. */
function wordsOf(line: string): string[] {
  const words = line.match(/(?:'[^']*'|\\'|[^\s'])+/g) ?? [];
  return words.map((word) => word.replaceAll(/'([^']*)'|\\(')/g, (_, quoted = '', escaped = '') => quoted + escaped));
}

function child(command: Command, name: string | undefined): Command | undefined {
  return command.commands.find((one) => one.name() === name);
}

test.each(listed)('the command for $id is accepted by `slipway`: $command', ({ command }) => {
  const { leaf, rest } = found(command);
  expect(leaf.commands).toEqual([]);
  const { operands, unknown } = leaf.parseOptions(rest);
  expect(unknown).toEqual([]);
  const { registeredArguments: declared } = leaf;
  expect(operands.length).toBeGreaterThanOrEqual(declared.filter(({ required }) => required).length);
  expect(operands.length).toBeLessThanOrEqual(declared.length);
  const missing = leaf.options.filter(({ mandatory, long }) => mandatory && !rest.includes(long ?? ''));
  expect(missing).toEqual([]);
});

test('every value passed to a command is a parameter of the operation, or a field in its body', () => {
  const unknown = listed.flatMap(({ id, template, command }) => {
    const named = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    return named.filter((name) => wordsOf(command).includes(name.toUpperCase())).map((name) => `${id} ${name}`);
  });
  expect(unknown).toEqual([]);
});

const unnamed = z.object({ unnamed: z.array(z.string()) });
const ofFeatures = await Promise.all(
  globSync('test/features/*/node/unnamed-commands.ts').map(async (path) => unnamed.parse(await import(resolve(path)))),
);

/** These commands work on this machine, listen, or do part of an operation for which another command is named. */
const others = [
  ...[
    'builders resume',
    'builders show',
    'completion',
    'config list',
    'dev',
    'doctor',
    'help',
    'init',
    'lint',
    'logout',
    'mcp',
    'test',
  ],
  ...ofFeatures.flatMap((own) => own.unnamed),
].sort();

test("every command that does an operation's work is named for an operation", () => {
  // Storing a key is no operation. Signing a person in is one, if a feature knows people.
  const named = new Set(['login', ...listed.map(({ command }) => found(command).name)]);
  expect(leaves(program, []).filter((name) => !named.has(name))).toEqual(others);
});

function leaves(command: Command, words: string[]): string[] {
  const children = command.commands.filter((one) => one.name() !== 'plugin' && !one.name().startsWith('__'));
  if (children.length === 0) return [words.join(' ')];
  return children.flatMap((one) => leaves(one, [...words, one.name()])).sort();
}
