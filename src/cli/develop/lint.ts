// Defines the arguments of `slipway lint`. The implementation in lint/ is loaded on demand, so that help stays fast.
import { availableParallelism } from 'node:os';
import { InvalidArgumentError } from 'commander';
import { policyLevels } from '../../contract/states.ts';
import { localCommand } from '../command/command.ts';
import { formats } from '../lint/report.ts';
import { printable } from '../terminal/terminal-text.ts';

const threadsMax = 64;

export const lint = localCommand({
  name: 'lint',
  summary: 'check plugins, archives and sources against the scan policy',
  description: 'Applies the same rules as the registry, offline. Exits with 0 if accepted, 3 if rejected.',
  arguments: { '[PATH...]': 'a plugin, an archive, a Python or Go file, or a folder of these' },
  options: {
    '--format <format>': { description: 'the output format', choices: formats, default: 'text' },
    '--json': 'same as --format json',
    '--policy <level>': {
      description: 'the rules: seed, as in a new organization, or strict, which has more',
      choices: policyLevels,
      default: 'seed',
    },
    '--explain <rule>': 'explain a rule, or a name that a rule reports, and what to write instead',
    '--root <folder>': 'follow imports below this folder as in a plugin, even without a manifest.py',
    '--threads <count>': {
      description: 'number of scanner threads',
      parse: parseThreadCount,
      default: Math.min(availableParallelism(), threadsMax),
      defaultText: 'all cores',
    },
  },
  examples: [
    'slipway lint my_plugin/                  a plugin: sources, files, manifest',
    'slipway lint plugin.zip                  an archive, checked like an upload',
    'slipway lint src/ setup.py               individual source files',
    'slipway lint . --format sarif > out.sarif',
    'slipway lint --explain SLP301            why a rule exists',
    'slipway lint --explain threading         what to write instead of a name',
  ],
  async run(
    { command, finish, output },
    { PATH: paths },
    { explain: rule, json, policy: level, root, threads, ...options },
  ) {
    const format = json ? 'json' : options.format;
    if (rule !== undefined) {
      const { explain, findSubject } = await import('../lint/explain.ts');
      const subject = findSubject(rule);
      if (!subject) return command.error(`unknown rule or name '${printable(rule)}'`);
      explain(subject, format === 'json', output);
      return undefined;
    }
    if (paths.length === 0) command.error("missing argument 'PATH'");
    const { lint } = await import('../lint/lint.ts');
    finish(await lint(paths, { format, level, threads, ...(root === undefined ? {} : { root }) }, output));
    return undefined;
  },
});

function parseThreadCount(text: string): number {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > threadsMax) throw new InvalidArgumentError(`Use a number from 1 to ${threadsMax}.`);
  return count;
}
