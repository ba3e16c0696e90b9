// Defines `slipway members`: invite people, list them, and change or end their membership.
import type { components } from '../../../client/api.gen.d.ts';
import { roles } from '../../../contract/identity.ts';
import type { OptionValues } from '../../arguments/command-options.ts';
import { commandGroup, serverCommand } from '../../command/command.ts';
import { listCommand } from '../../command/list-command.ts';
import { type Connection, resolveNamespace } from '../../connection/connect.ts';
import { requireConfirmation, yesOption } from '../../terminal/confirmation.ts';
import { formatTime } from '../../terminal/duration.ts';
import { Failure } from '../../terminal/failure.ts';
import { printable } from '../../terminal/terminal-text.ts';

type Member = components['schemas']['Member'];

const roleOptions = {
  '--role <role>': { description: 'what the person may do', choices: roles, required: true },
  '--only <namespaces...>': 'limit the role to these namespaces, by ID or name',
} as const;

const list = listCommand({
  name: 'list',
  description: "Lists the organization's members and their roles.",
  examples: ['slipway members list'],
  fetch: ({ client }, query) => client.get('/v1/members', { query }),
  empty: 'No members yet. Invite one with `slipway members invite EMAIL --role owner`.',
  head: ['NAME', 'E-MAIL', 'ROLE', 'NAMESPACES', 'SIGNED IN', 'ID'],
  row: (one) => [one.name, ...access(one), formatTime(one.signed_in_at), one.person_id],
});

const invite = serverCommand({
  name: 'invite',
  summary: 'invite a person',
  description: 'Prints a link that makes the person a member. It works once, within 72 hours.',
  arguments: { '<email>': 'the address, which the issuer must have verified' },
  options: roleOptions,
  examples: ['slipway members invite ana@example.com --role developer'],
  async run(connection, { email }, options) {
    const body = { email, ...(await membership(connection, options)) };
    const invitation = await connection.client.post('/v1/invitations', { body });
    const { results } = await connection.client.get('/v1/issuers', { query: { limit: 1000 } });
    const isClosed = results.every(({ purpose }) => purpose !== 'people');
    const notes = [
      `  Send this link to ${printable(email)}. It is shown only once.`,
      ...(isClosed
        ? ['! Nobody can sign in yet: add an issuer with `slipway issuers add NAME URL --people --client-id ID`.']
        : []),
    ];
    return { json: invitation, text: `${invitation.url}\n`, notes };
  },
});

const set = serverCommand({
  name: 'set',
  summary: "change a member's role",
  description: 'Gives a member another role and other namespaces, within 10 s.',
  arguments: { '<person>': 'ID or e-mail address' },
  options: roleOptions,
  examples: ['slipway members set ana@example.com --role admin'],
  async run(connection, { person }, options) {
    const body = await membership(connection, options);
    const path = { person_id: await findPerson(connection, person) };
    const changed = await connection.client.patch('/v1/members/{person_id}', { path, body });
    return { json: changed, text: `✓ ${printable(changed.name)} is now ${changed.role}\n` };
  },
});

const remove = serverCommand({
  name: 'remove',
  summary: 'end a membership',
  description: "Ends a membership. The person's sessions and personal keys end within 10 s.",
  arguments: { '<person>': 'ID or e-mail address' },
  options: yesOption,
  examples: ['slipway members remove ana@example.com'],
  async run(connection, { person }, { yes }) {
    const { client, signal } = connection;
    const path = { person_id: await findPerson(connection, person) };
    await requireConfirmation(`Remove ${person} from the organization`, yes, signal);
    const removed = await client.delete('/v1/members/{person_id}', { path });
    return { json: removed, text: `✓ ${printable(removed.name)} is no longer a member\n` };
  },
});

const invitations = listCommand({
  name: 'invitations',
  description: 'Lists invitations that nobody has accepted.',
  examples: ['slipway members invitations'],
  fetch: ({ client }, query) => client.get('/v1/invitations', { query }),
  head: ['E-MAIL', 'ROLE', 'NAMESPACES', 'EXPIRES', 'ID'],
  row: (one) => [...access(one), formatTime(one.expires_at), one.invitation_id],
});

const revokeInvitation = serverCommand({
  name: 'revoke-invitation',
  description: 'Revokes an invitation, whose link then stops working.',
  arguments: { '<id>': 'ID, as `members invitations` shows it' },
  examples: ['slipway members revoke-invitation inv_01m7wc54fherz84624ahd0kr7h'],
  async run({ client }, { id }) {
    await client.delete('/v1/invitations/{invitation_id}', { path: { invitation_id: id } });
    return { json: { invitation_id: id }, text: `✓ revoked the invitation ${printable(id)}\n` };
  },
});

export const members = commandGroup({ name: 'members', summary: 'invite people, and change or end their membership' }, [
  list,
  invite,
  set,
  remove,
  invitations,
  revokeInvitation,
]);

async function membership({ client }: Connection, { only, role }: OptionValues<typeof roleOptions>) {
  if (only === undefined) return { role };
  const namespaces = await Promise.all(only.map((name) => resolveNamespace(client, name)));
  return { role, namespace_ids: namespaces.map(({ namespace_id }) => namespace_id) };
}

function access({ email, namespace_ids, role }: Pick<Member, 'email' | 'namespace_ids' | 'role'>): string[] {
  return [email, role, namespace_ids?.join(' ') ?? 'all'];
}

/** Returns the ID of a member who is given by ID or e-mail address. */
async function findPerson({ client }: Connection, person: string): Promise<string> {
  if (!person.includes('@')) return person;
  const found: Member[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const query = { limit: 100, cursor };
    const { pagination, results } = await client.get('/v1/members', { query });
    found.push(...results.filter(({ email }) => email.toLowerCase() === person.toLowerCase()));
    cursor = pagination.next_cursor;
  }
  const [only, ...others] = found;
  if (only && others.length === 0) return only.person_id;
  throw new Failure('usage', `${only ? 'several members have' : 'no member has'} the e-mail address ${person}`, {
    hint: 'Give the ID, as `slipway members list` shows it.',
  });
}
