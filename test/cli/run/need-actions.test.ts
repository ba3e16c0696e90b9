// Tests that the commands and pages that needs name exist.
import { globSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { createProgram } from '../../../src/cli/program.ts';
import { createOutput } from '../../../src/cli/terminal/output.ts';
import { needActions } from '../../support/scenes/need-actions.ts';

/** Replaces what every command does, so that only its arguments are checked. */
function parsingOnly(command: Command, ran: (name: string) => void): void {
  if (command.commands.length === 0) command.action(() => ran(command.name()));
  for (const below of command.commands) parsingOnly(below, ran);
}

/** Returns the command that the program would run. Throws if it refuses the arguments. */
async function commandOf(line: string): Promise<string | undefined> {
  let found: string | undefined;
  const stream = { write: () => true, isTTY: false };
  const output = createOutput(stream, stream, {}, true);
  const program = createProgram({ output, finish: () => undefined, environment: {} });
  parsingOnly(program, (name) => {
    found = name;
  });
  await program.parseAsync(line.split(' ').slice(1), { from: 'user' });
  return found;
}

/** Returns patterns of the paths of all console pages. A tab's path follows its plugin's. */
function consolePages(): RegExp[] {
  const files = globSync(['src/console/routes/*.ts', 'src/console/features/*/feature.ts']);
  const paths = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/^ {2}path: '([^']+)'/gm)].map(([, path = '']) =>
      path.startsWith('/') ? path : `/n/$namespace/plugins/$name/${path}`,
    ),
  );
  return [...paths, '/n/$namespace/plugins/$name'].map((path) => new RegExp(`^${path.replaceAll(/\$\w+/g, '[^/]+')}$`));
}

const listed = Object.entries(needActions);

test.each(listed)('the command of %s is one that slipway accepts', async (_, { command }) => {
  expect(await commandOf(command)).toEqual(expect.any(String));
});

const pages = listed.flatMap(([kind, { page }]) => (page === null ? [] : [[kind, page] as const]));

test.each(pages)('the page of %s exists', (_, page) => {
  const [path = ''] = page.split('?');
  expect(consolePages().some((pattern) => pattern.test(path))).toBe(true);
});

test('an unknown command and an unknown option are refused', async () => {
  for (const line of ['slipway nothing', 'slipway advisories --nothing'])
    await expect(commandOf(line)).rejects.toThrow(/nothing/);
});
