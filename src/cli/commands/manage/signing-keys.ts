// Defines `slipway signing-keys`: operators list, rotate and revoke the keys that sign evidence.
import type { Command } from 'commander';
import { addExamples, type CommandContext, withAdminConnection } from '../../command.ts';
import { requireConfirmation, yesOption } from '../../terminal/confirmation.ts';
import { formatTime } from '../../terminal/duration.ts';
import { table } from '../../terminal/table.ts';

export function addSigningKeys(program: Command, context: CommandContext): void {
  const group = program.command('signing-keys').summary('rotate the keys that sign evidence (operators)');
  const list = group.command('list').description('Lists the public keys, newest first. Needs the admin token.');
  addExamples(list, 'slipway signing-keys list');
  withAdminConnection(list, context, async ({ client, signal }) => {
    const { keys } = await client.get('/.well-known/slipway/keys.json', { signal });
    const rows = keys.map(({ keyid, state, created_at }) => [keyid, state, formatTime(created_at)]);
    return { json: { keys }, text: table([['KEY', 'STATE', 'CREATED'], ...rows]) };
  });

  const rotate = group
    .command('rotate')
    .description('Replaces the current key. What it signed stays valid. Needs the admin token.');
  addExamples(rotate, 'slipway signing-keys rotate');
  withAdminConnection(rotate, context, async ({ client, signal }) => {
    const key = await client.post('/v1/admin/signing-keys/rotate', { signal });
    return { json: key, text: `✓ signing with ${key.keyid}\n` };
  });

  const revoke = group
    .command('revoke')
    .description(
      'Revokes a stolen key for good. No signature by it counts any more; Slipway signs what it has stored again. Needs the admin token.',
    )
    .argument('<keyid>', "the key's ID")
    .addOption(yesOption());
  addExamples(revoke, 'slipway signing-keys revoke KEYID');
  withAdminConnection<{ yes?: true }>(revoke, context, async ({ client, signal }, { yes }, keyid = '') => {
    await requireConfirmation(`Revoke ${keyid} for good`, yes, signal);
    const key = await client.post('/v1/admin/signing-keys/{keyid}/revoke', { path: { keyid }, signal });
    return { json: key, text: `✓ revoked ${key.keyid}\n` };
  });
}
