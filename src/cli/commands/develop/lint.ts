// Defines the arguments of `slipway lint`. The implementation in lint/ is loaded on demand, so that help stays fast.
import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type PolicyLevel, policyLevels } from '../../../contract/states.ts';
import type { CommandContext } from '../../command.ts';
import { type Format, formats } from '../../lint/report.ts';
import { printable } from '../../terminal/terminal-text.ts';

const threadsMax = 64;

const examples = `
Examples:
  slipway lint my_plugin/                  a plugin: sources, files, manifest
  slipway lint plugin.zip                  an archive, checked like an upload
  slipway lint src/ setup.py               individual source files
  slipway lint . --format sarif > out.sarif
  slipway lint --explain SLP301            why a rule exists
  slipway lint --explain threading         what to write instead of a name
`;

interface Options {
  format: Format;
  json?: true;
  policy: PolicyLevel;
  explain?: string;
  threads: number;
  root?: string;
}

export function addLint(program: Command, { finish, output }: CommandContext): void {
  const command = program.command('lint');
  command
    .summary('check plugins, archives and sources against the scan policy')
    .description('Applies the same rules as the registry, offline. Exits with 0 if accepted, 3 if rejected.')
    .argument('[PATH...]', 'a plugin, an archive, a Python or Go file, or a folder of these')
    .addOption(new Option('--format <format>', 'the output format').choices(formats).default('text'))
    .option('--json', 'same as --format json')
    .addOption(new Option('--policy <level>', 'the scan policy level').choices(policyLevels).default('seed'))
    .option('--explain <rule>', 'explain a rule, or a name that a rule reports, and what to write instead')
    .option('--root <folder>', 'follow imports below this folder as in a plugin, even without a manifest.py')
    .addOption(threadsOption())
    .addHelpText('before', examples.slice(1))
    .action(async (paths: string[], options: Options) => {
      const format = options.json ? 'json' : options.format;
      if (options.explain !== undefined) {
        const { explain, findSubject } = await import('../../lint/explain.ts');
        const subject = findSubject(options.explain);
        if (!subject) command.error(`unknown rule or name '${printable(options.explain)}'`);
        else explain(subject, format === 'json', output);
        return;
      }
      if (paths.length === 0) command.error("missing argument 'PATH'");
      const { lint } = await import('../../lint/lint.ts');
      const { policy: level, root, threads } = options;
      finish(await lint(paths, { format, level, threads, ...(root === undefined ? {} : { root }) }, output));
    });
}

function threadsOption(): Option {
  const cores = Math.min(availableParallelism(), threadsMax);
  return new Option('--threads <count>', 'number of scanner threads')
    .argParser(parseThreadCount)
    .default(cores, 'all cores');
}

function parseThreadCount(text: string): number {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > threadsMax) throw new InvalidArgumentError(`Use a number from 1 to ${threadsMax}.`);
  return count;
}
