// The signed-in person's own things in the organization: sessions, personal keys, and the membership.
import { useSuspenseQuery } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import { apiRequest, type Schemas } from '../../data/api.ts';
import { columnsFor } from '../../pages/organization/keys.tsx';
import { ActionDialog, End, Ends } from '../../parts/actions/action.tsx';
import { NamespacesText, timeColumn } from '../../parts/columns.tsx';
import { AsCommand } from '../../parts/copyable.tsx';
import { Fact, PageHead } from '../../parts/page-head.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { visible } from '../../parts/visible-text.ts';
import { EndMembership } from './membership-actions.tsx';
import { NewPersonalKey, RevokePersonalKey } from './personal-keys.tsx';
import { personalKeysQuery, personQuery, personSessionsQuery } from './queries.ts';

export function AccountPage() {
  const { key } = useRouteContext({ from: '/signed-in' });
  const { data: person } = useSuspenseQuery(personQuery);
  const { sessions } = useSuspenseQuery(personSessionsQuery).data;
  const { personal_keys: keys } = useSuspenseQuery(personalKeysQuery).data;
  const organization = visible(key.organization_name);
  return (
    <>
      <PageHead title="Your sessions and keys" actions={<NewPersonalKey />} />
      <dl className="facts">
        <Fact name="Name">{visible(person.name)}</Fact>
        <Fact name="E-mail">{visible(person.email)}</Fact>
        <Fact name={`Role in ${organization}`}>{key.role}</Fact>
        <Fact name="Namespaces">
          <NamespacesText ids={key.namespace_ids} />
        </Fact>
      </dl>
      <h2>Sessions</h2>
      <Table
        caption="Browsers in which you are signed in"
        columns={sessionColumns}
        rows={sessions}
        keyOf={({ session_id }) => session_id}
      />
      <h2>Personal keys</h2>
      {keys.length === 0 ? (
        <p className="quiet">No personal keys yet. Create one for the command line; it acts as you.</p>
      ) : (
        <Table
          caption="Your personal keys"
          columns={columnsFor(key, RevokePersonalKey)}
          rows={keys}
          keyOf={({ key_id }) => key_id}
        />
      )}
      <Ends>
        <End
          effect={`Leaving ${organization} ends your sessions and personal keys here. An owner can invite you again.`}
        >
          <EndMembership {...person} isOwn />
        </End>
      </Ends>
      <AsCommand path="/v1/person" />
    </>
  );
}

const sessionColumns: Column<Schemas['PersonSession']>[] = [
  {
    id: 'session',
    title: 'Signed in',
    kind: 'varies',
    cell: ({ created_at, current }) => (
      <>
        <Time at={created_at} /> {current && <span className="kind">this session</span>}
      </>
    ),
  },
  timeColumn('used', 'Last used', ({ last_used_at }) => last_used_at),
  timeColumn('expires', 'Expires', ({ expires_at }) => expires_at, 'below-600'),
  { id: 'actions', title: 'Actions', cell: (session) => !session.current && <EndSession session={session} /> },
];

function EndSession({ session: { created_at, session_id } }: { session: Schemas['PersonSession'] }) {
  return (
    <ActionDialog
      label="End"
      of={`the session of ${new Date(created_at).toLocaleString()}`}
      title="End the session"
      submit="End the session"
      className="small"
      request={() => apiRequest('delete', '/v1/person/sessions/{session_id}', { path: { session_id } })}
      changes={[personSessionsQuery.queryKey]}
      said={() => 'The session is ended.'}
    >
      <p>That browser has to sign in again within 10 seconds. If you don't know the session, also check your keys.</p>
    </ActionDialog>
  );
}
