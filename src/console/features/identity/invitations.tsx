// Invites a person by e-mail address, with a link that is shown once, and lists and revokes open invitations.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { apiRequest, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { actorColumn, namespacesColumn, timeColumn } from '../../parts/columns.tsx';
import { Copyable } from '../../parts/copyable.tsx';
import { TextField } from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';
import { PageError } from '../../parts/page-states.tsx';
import { type Column, MoreRows, Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { visible } from '../../parts/visible-text.ts';
import { membershipIn, membershipOptions, RoleFields } from './membership-actions.tsx';
import { invitationsQuery, issuersQuery } from './queries.ts';

type Invitation = Schemas['Invitation'];

export function Invite() {
  return (
    <ActionDialog
      label="Invite"
      title="Invite a person"
      className="primary"
      submit="Create the invitation"
      request={(form) =>
        apiRequest('post', '/v1/invitations', { body: { email: readText(form, 'email'), ...membershipIn(form) } })
      }
      cli={(form) => slipway(['members', 'invite', readText(form, 'email')], membershipOptions(form))}
      changes={[invitationsQuery.queryKey]}
      shows={(created) => <Created invitation={created} />}
    >
      <TextField
        name="email"
        label="E-mail address"
        hint="The person must sign in with this address, verified by the issuer."
        type="email"
        required
        maxLength={320}
      />
      <RoleFields />
    </ActionDialog>
  );
}

function Created({ invitation: { email, expires_at, role, url } }: { invitation: Schemas['InvitationWithUrl'] }) {
  const { data: issuers } = useQuery(issuersQuery);
  const isClosed = issuers?.results.every(({ purpose }) => purpose !== 'people') ?? false;
  return (
    <section className="state" role="status" aria-label="New invitation">
      <p>
        Send this link to {visible(email)}. It is shown only now, works once, and makes the person {role}. It expires{' '}
        <Time at={expires_at} />.
      </p>
      <p>
        <Copyable text={url} label="the link" />
      </p>
      {isClosed && (
        <p className="problem">
          Nobody can sign in yet. Add an issuer:{' '}
          <Copyable text="slipway issuers add NAME URL --people --client-id ID" />
        </p>
      )}
    </section>
  );
}

/** Lists the open invitations, if there are any. */
export function Invitations() {
  const query = useInfiniteQuery(invitationsQuery);
  const rows = query.data?.pages.flatMap(({ results }) => results) ?? [];
  if (query.error && !query.data) return <PageError error={query.error} />;
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="invitations">
      <h2 id="invitations">Open invitations</h2>
      <Table
        caption="Invitations that nobody has accepted"
        columns={columns}
        rows={rows}
        keyOf={({ invitation_id }) => invitation_id}
      />
      <MoreRows query={query} />
    </section>
  );
}

const columns: Column<Invitation>[] = [
  { id: 'invited', title: 'E-mail', kind: 'varies', cell: ({ email }) => visible(email) },
  { id: 'role', title: 'Role', cell: ({ role }) => role },
  namespacesColumn,
  actorColumn('Invited by', ({ created_by }) => created_by),
  timeColumn('expires', 'Expires', ({ expires_at }) => expires_at, 'below-600'),
  { id: 'actions', title: 'Actions', cell: (invitation) => <Revoke invitation={invitation} /> },
];

function Revoke({ invitation: { email, invitation_id } }: { invitation: Invitation }) {
  return (
    <ActionDialog
      label="Revoke"
      of={visible(email)}
      title={`Revoke the invitation of ${visible(email)}`}
      className="small"
      request={() => apiRequest('delete', '/v1/invitations/{invitation_id}', { path: { invitation_id } })}
      cli={() => slipway(['members', 'revoke-invitation', invitation_id])}
      changes={[invitationsQuery.queryKey]}
      said={() => `The invitation of ${visible(email)} is revoked.`}
    >
      <p>Its link stops working immediately. You can invite the same address again.</p>
    </ActionDialog>
  );
}
