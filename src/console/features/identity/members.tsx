// The organization's members with their roles, and the invitations that nobody has accepted yet.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import { withoutData } from '../../data/paged-query.ts';
import { namespacesColumn, timeColumn } from '../../parts/columns.tsx';
import { Copyable } from '../../parts/copyable.tsx';
import { ResourcePage } from '../../parts/resource-page.tsx';
import type { Column } from '../../parts/table.tsx';
import { visible } from '../../parts/visible-text.ts';
import { Invitations, Invite } from './invitations.tsx';
import { ChangeRole, EndMembership } from './membership-actions.tsx';
import { type Member, membersQuery } from './queries.ts';
import { signInIssuersQuery } from './signing-in.ts';

export function MembersPage() {
  const { key } = useRouteContext({ from: '/signed-in' });
  const query = useInfiniteQuery({ ...membersQuery, ...withoutData });
  return (
    <>
      <ResourcePage
        title="Members"
        actions={<Invite />}
        note={<MissingIssuer organization={key.organization_id} />}
        query={query}
        empty={{
          text: 'No members yet. Invite the first owner, then the others.',
          command: 'slipway members invite ana@example.com --role owner',
        }}
        caption="Members"
        columns={columnsFor(key.person?.person_id)}
        keyOf={({ person_id }) => person_id}
        command={{ cli: 'slipway members list', path: '/v1/members' }}
      />
      {query.data && <Invitations />}
    </>
  );
}

function columnsFor(own: string | undefined): Column<Member>[] {
  return [
    {
      id: 'member',
      title: 'Member',
      kind: 'varies',
      sortBy: ({ name }) => name,
      cell: ({ email, name, person_id }) => (
        <>
          {visible(name)} {person_id === own && <span className="kind">you</span>}{' '}
          <span className="quiet">{visible(email)}</span>
        </>
      ),
    },
    { id: 'role', title: 'Role', sortBy: ({ role }) => role, cell: ({ role }) => role },
    namespacesColumn,
    timeColumn('signed-in', 'Last sign-in', ({ signed_in_at }) => signed_in_at, 'below-600'),
    {
      id: 'actions',
      title: 'Actions',
      cell: (member) => (
        <span className="actions">
          <ChangeRole member={member} isOwn={member.person_id === own} />
          <EndMembership {...member} isOwn={member.person_id === own} />
        </span>
      ),
    },
  ];
}

/** Says what people need before they can sign in, and how to add it. */
function MissingIssuer({ organization }: { organization: string }) {
  const { data: issuers } = useQuery(signInIssuersQuery(organization));
  if (issuers === undefined || issuers.length > 0) return null;
  return (
    <section className="state">
      <p>
        Nobody can sign in yet: people need an issuer, such as Okta, Entra ID or Keycloak, that vouches for them. Add
        one for your organization, or ask the operator to add one for all.{' '}
        <a href="/docs/operations/addIssuer">What it needs</a>
      </p>
      <Copyable text="slipway issuers add okta https://acme.okta.com --people --client-id 0oa1" />
    </section>
  );
}
