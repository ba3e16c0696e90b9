// The arguments of `slipway lint`. What it does is in lint/, loaded when it is called: help has to be quick.
import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type PolicyLevel, policyLevels } from '../../contract/states.ts';
import type { CommandContext } from '../command.ts';
import { type Format, formats } from '../lint/formats.ts';
import { printable } from '../terminal-text.ts';

const threadsMax = 64;

const examples = `
Examples:
  slipway lint my_plugin/                  a plugin: sources, files, manifest
  slipway lint plugin.zip                  an archive, as an upload is judged
  slipway lint src/ setup.py               sources one by one
  slipway lint . --format sarif > out.sarif
  slipway lint --explain SLP301
`;

interface Options {
  format: Format;
  json?: true;
  policy: PolicyLevel;
  explain?: string;
  threads: number;
}

export function addLint(program: Command, { finish, output }: CommandContext): void {
  const command = program.command('lint');
  command
    .summary('check plugins, archives and sources against the scan policy')
    .description('Checks by the same rules as the registry, offline. Exits with 0 when accepted, 3 when rejected.')
    .argument('[PATH...]', 'a plugin, an archive, a source in Python or Go, or a folder of them')
    .addOption(new Option('--format <format>', 'how findings are written').choices(formats).default('text'))
    .option('--json', 'the same as --format json')
    .addOption(new Option('--policy <level>', 'the level of the scan policy').choices(policyLevels).default('seed'))
    .option('--explain <rule>', 'tell why a rule is there, and what to write instead')
    .addOption(threadsOption())
    .addHelpText('before', examples.slice(1))
    .action(async (paths: string[], options: Options) => {
      const format = options.json ? 'json' : options.format;
      if (options.explain !== undefined) {
        const { explain, ruleNamed } = await import('../lint/explain.ts');
        const ruleId = ruleNamed(options.explain);
        if (!ruleId) command.error(`there is no rule '${printable(options.explain)}'`);
        else explain(ruleId, format === 'json', output);
        return;
      }
      if (paths.length === 0) command.error("missing argument 'PATH'");
      const { lint } = await import('../lint/lint.ts');
      finish(await lint(paths, { format, level: options.policy, threads: options.threads }, output));
    });
}

function threadsOption(): Option {
  const cores = Math.min(availableParallelism(), threadsMax);
  return new Option('--threads <count>', 'how many threads may scan')
    .argParser(threadCount)
    .default(cores, 'all cores');
}

function threadCount(text: string): number {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > threadsMax) throw new InvalidArgumentError(`It is a number from 1 to ${threadsMax}.`);
  return count;
}
