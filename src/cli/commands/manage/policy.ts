// Defines `slipway policy`, which shows, previews and sets the organization's scan policy level.
import { Argument, type Command, Option } from 'commander';
import type { components } from '../../../client/api.gen.d.ts';
import { type PolicyLevel, policyLevels } from '../../../contract/states.ts';
import { addPageOptions, type PageOptions, pageNotes, pageQuery } from '../../arguments/paging.ts';
import { type CommandContext, withConnection } from '../../command.ts';
import { formatTime } from '../../terminal/duration.ts';
import { table } from '../../terminal/table.ts';
import { printable } from '../../terminal/terminal-text.ts';

type ScanPolicy = components['schemas']['ScanPolicy'];
type PolicyPreview = components['schemas']['PolicyPreview'];

const showExamples = `Examples:
  slipway policy show
`;

const previewExamples = `Examples:
  slipway policy preview --level strict
`;

const setExamples = `Examples:
  slipway policy set strict
`;

export function addPolicy(program: Command, context: CommandContext): void {
  const group = program.command('policy').summary('show, preview and set the scan policy level');
  const show = group
    .command('show')
    .description("Shows the organization's scan policy level.")
    .addHelpText('before', showExamples);
  withConnection(show, context, async ({ client, signal }) => {
    const policy = await client.get('/v1/scan-policy', { signal });
    return { json: policy, text: formatPolicy(policy) };
  });
  addPreviewCommand(group, context);
  const set = group
    .command('set')
    .description('Sets the level. Slipway scans published versions again; live versions stay live.')
    .addArgument(new Argument('<level>', 'each level adds rules to the one before').choices(policyLevels))
    .addHelpText('before', setExamples);
  withConnection(set, context, async ({ client, signal }, _, text) => {
    const level = policyLevels.find((known): known is PolicyLevel => known === text) ?? 'seed';
    const policy = await client.put('/v1/scan-policy', { body: { level }, signal });
    return { json: policy, text: formatPolicy(policy) };
  });
}

interface PreviewOptions extends PageOptions {
  level?: PolicyLevel;
}

function addPreviewCommand(group: Command, context: CommandContext): void {
  const preview = group
    .command('preview')
    .description('Lists published versions that would get a different verdict, and why. Changes nothing.')
    .addOption(new Option('--level <level>', "the level (default: the organization's)").choices(policyLevels))
    .addHelpText('before', previewExamples);
  addPageOptions(preview);
  withConnection<PreviewOptions>(preview, context, async ({ client, signal }, { level, ...page }) => {
    const body = level === undefined ? {} : { level };
    const answer = await client.post('/v1/scan-policy/preview', { body, query: pageQuery(page), signal });
    const { next_cursor: nextCursor } = answer.pagination;
    return { json: answer, text: formatPreview(answer), notes: pageNotes(nextCursor) };
  });
}

function formatPreview({ examined, level, policy_version, results }: PolicyPreview): string {
  const count = `${examined} published ${examined === 1 ? 'version' : 'versions'}`;
  const heading = `Rules version ${policy_version}, level ${level}: ${results.length} of ${count} would change\n`;
  const blocks = results.map(({ findings, fixed, from, introduced, name, to, version }) => {
    const change = `${name} ${version}  ${from} → ${to ?? 'unknown, scanning takes too long'}  (+${introduced} −${fixed})\n`;
    const lines = findings.map(({ file, line, message, rule, severity }) => [
      ' ',
      severity,
      rule,
      `${file}:${line}`,
      message,
    ]);
    return `\n${printable(change.trimEnd())}\n${table(lines)}`;
  });
  return `${heading}${blocks.join('')}`;
}

function formatPolicy({ level, levels, policy_version, updated_at, versions_to_judge }: ScanPolicy): string {
  return table([
    ['level', level],
    ['levels', levels.join(', ')],
    ['rules', `version ${policy_version}`],
    ['set', updated_at === null ? 'never (default)' : formatTime(updated_at)],
    ['still to scan', `${versions_to_judge} published ${versions_to_judge === 1 ? 'version' : 'versions'}`],
  ]);
}
