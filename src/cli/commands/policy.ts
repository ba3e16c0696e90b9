// Defines `slipway policy`, which shows and sets the level of the organization's scan policy.
import { Argument, type Command } from 'commander';
import type { components } from '../../client/api.gen.d.ts';
import { type PolicyLevel, policyLevels } from '../../contract/states.ts';
import { type CommandContext, withConnection } from '../command.ts';
import { formatTime } from '../duration.ts';
import { table } from '../table.ts';

type ScanPolicy = components['schemas']['ScanPolicy'];

const showExamples = `Examples:
  slipway policy show
`;

const setExamples = `Examples:
  slipway policy set strict
`;

export function addPolicy(program: Command, context: CommandContext): void {
  const group = program.command('policy').summary('show and set the scan policy level');
  const show = group
    .command('show')
    .description("Shows the level of the organization's scan policy.")
    .addHelpText('before', showExamples);
  withConnection(show, context, async ({ client, signal }) => {
    const policy = await client.get('/v1/scan-policy', { signal });
    return { json: policy, text: formatPolicy(policy) };
  });
  const set = group
    .command('set')
    .description('Sets the level. Published versions are scanned again; what is live stays live.')
    .addArgument(new Argument('<level>', 'each level adds rules to the one before').choices(policyLevels))
    .addHelpText('before', setExamples);
  withConnection(set, context, async ({ client, signal }, _, text) => {
    const level = policyLevels.find((known): known is PolicyLevel => known === text) ?? 'seed';
    const policy = await client.put('/v1/scan-policy', { body: { level }, signal });
    return { json: policy, text: formatPolicy(policy) };
  });
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
