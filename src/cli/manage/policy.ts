// Defines `slipway policy`, which shows, previews and sets the organization's scan policy level.
import type { components } from '../../client/api.gen.d.ts';
import { type PolicyLevel, policyLevels } from '../../contract/states.ts';
import { pageNotes, pageOptions, pageQuery } from '../arguments/paging.ts';
import { commandGroup, serverCommand } from '../command/command.ts';
import { formatTime } from '../terminal/duration.ts';
import { table } from '../terminal/table.ts';
import { printable } from '../terminal/terminal-text.ts';

type ScanPolicy = components['schemas']['ScanPolicy'];
type PolicyPreview = components['schemas']['PolicyPreview'];

const show = serverCommand({
  name: 'show',
  description: "Shows the organization's scan policy level.",
  examples: ['slipway policy show'],
  async run({ client }) {
    const policy = await client.get('/v1/scan-policy');
    return { json: policy, text: formatPolicy(policy) };
  },
});

const set = serverCommand({
  name: 'set',
  description: 'Sets the level. Slipway scans published versions again; live versions stay live.',
  arguments: { '<level>': { description: 'each level adds rules to the one before', choices: policyLevels } },
  examples: ['slipway policy set strict'],
  async run({ client }, { level: text }) {
    const level = policyLevels.find((known): known is PolicyLevel => known === text) ?? 'seed';
    const policy = await client.put('/v1/scan-policy', { body: { level } });
    return { json: policy, text: formatPolicy(policy) };
  },
});

const preview = serverCommand({
  name: 'preview',
  description: 'Lists published versions that would get a different verdict, and why. Changes nothing.',
  options: {
    '--level <level>': { description: "the level (default: the organization's)", choices: policyLevels },
    ...pageOptions,
  },
  examples: ['slipway policy preview --level strict'],
  async run({ client }, _, { level, ...page }) {
    const body = level === undefined ? {} : { level };
    const answer = await client.post('/v1/scan-policy/preview', { body, query: pageQuery(page) });
    const { next_cursor: nextCursor } = answer.pagination;
    return { json: answer, text: formatPreview(answer), notes: pageNotes(nextCursor) };
  },
});

export const policy = commandGroup({ name: 'policy', summary: 'show, preview and set the scan policy level' }, [
  show,
  preview,
  set,
]);

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
