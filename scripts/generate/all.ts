// Implements `npm run generate`: writes every file that is generated from others. `npm run check:fix` formats the sources first.
import { readCommandLine } from '../machine/command-line.ts';
import { print } from '../machine/terminal.ts';
import { runCommand } from '../testing/command.ts';

const usage = `npm run generate

Writes every file that is generated from others.

  --format   formats the sources first, as \`npm run check:fix\` does`;

const { values } = readCommandLine(usage, { options: { format: { type: 'boolean', default: false } } });

/** The order matters: later generators read what earlier ones write. */
const generators = ['schemas', 'isolate', 'ray-adapter', 'known-packages', 'openapi'];
const commands = [
  ...(values.format ? [['biome', 'check', '--write', '.']] : []),
  ['node', 'scripts/generate/features.ts'],
  ['drizzle-kit', 'generate'],
  ...generators.map((name) => ['node', `scripts/generate/${name}.ts`]),
];
for (const [command = '', ...args] of commands) {
  const { exitCode } = await runCommand(command, args, print);
  if (exitCode !== 0) {
    process.exitCode = exitCode;
    break;
  }
}
