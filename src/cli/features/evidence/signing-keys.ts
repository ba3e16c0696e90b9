// Defines `slipway signing-keys`: operators list, rotate and revoke the keys that sign evidence.
import { adminCommand, commandGroup } from '../../command/command.ts';
import { formatTime } from '../../terminal/duration.ts';
import { table } from '../../terminal/table.ts';

const list = adminCommand({
  name: 'list',
  description: 'Lists the public keys, newest first. Needs the admin token.',
  examples: ['slipway signing-keys list'],
  async run({ client }) {
    const { keys } = await client.get('/.well-known/slipway/keys.json');
    const rows = keys.map(({ keyid, state, created_at }) => [keyid, state, formatTime(created_at)]);
    return { json: { keys }, text: table([['KEY', 'STATE', 'CREATED'], ...rows]) };
  },
});

const rotate = adminCommand({
  name: 'rotate',
  description: 'Replaces the current key. What it signed stays valid. Needs the admin token.',
  examples: ['slipway signing-keys rotate'],
  async run({ client }) {
    const key = await client.post('/v1/admin/signing-keys/rotate');
    return { json: key, text: `✓ signing with ${key.keyid}\n` };
  },
});

const revoke = adminCommand({
  name: 'revoke',
  description:
    'Revokes a stolen key for good. No signature by it counts any more; Slipway signs what it has stored again. Needs the admin token.',
  arguments: { '<keyid>': "the key's ID" },
  examples: ['slipway signing-keys revoke KEYID'],
  confirm: ({ keyid }) => `Revoke ${keyid} for good`,
  async run({ client }, { keyid }) {
    const key = await client.post('/v1/admin/signing-keys/{keyid}/revoke', { path: { keyid } });
    return { json: key, text: `✓ revoked ${key.keyid}\n` };
  },
});

export const signingKeys = commandGroup(
  { name: 'signing-keys', summary: 'rotate the keys that sign evidence (operators)' },
  [list, rotate, revoke],
);
