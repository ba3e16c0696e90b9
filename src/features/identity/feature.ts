// Declares identity: issuers of ID tokens, the CI jobs that organizations trust by them, and the people who sign in with them.
import { sql } from 'drizzle-orm';
import type { OrganizationId } from '../../core/ids.ts';
import { defineFeature } from '../../feature.ts';
import { knownPeople } from './known-people.ts';
import { adminInvitations, invitations as invitationRoutes } from './routes/invitations.ts';
import { adminIssuers, issuers as issuerRoutes } from './routes/issuers.ts';
import { memberRoutes } from './routes/members.ts';
import { person } from './routes/person.ts';
import { signIn } from './routes/sign-in.ts';
import { tokenExchange } from './routes/token-exchange.ts';
import { trustedPublishers as publisherRoutes } from './routes/trusted-publishers.ts';
import { dueOfPeople, sweepPeople } from './sweep.ts';
import { invitations, issuers, members, people, signIns, trustedPublishers, usedTokens } from './tables.ts';
import { selectExpiredCiKeys, selectExpiredTokens } from './trusted-publishers/ci-keys.ts';

const ofIssuers = (id: OrganizationId) =>
  sql`(select ${issuers.id} from ${issuers} where ${issuers.organizationId} = ${id})`;

export const identity = defineFeature({
  name: 'identity',
  routes: {
    '/v1/admin/issuers': adminIssuers,
    '/v1/admin/organizations/:organization_id/invitations': adminInvitations,
    '/v1/issuers': issuerRoutes,
    '/v1/trusted-publishers': publisherRoutes,
    '/v1/oidc/exchange': tokenExchange,
    '/v1/sign-in': signIn,
    '/v1/person': person,
    '/v1/members': memberRoutes,
    '/v1/invitations': invitationRoutes,
  },
  fields: {
    ids: {
      invitation_id: ['inv', 'invitation'],
      session_id: ['ses', 'session'],
      issuer_id: ['iss', 'issuer'],
      trusted_publisher_id: ['tpb', 'trusted publisher'],
    },
    examples: {
      client_id: '0oa1b2c3d4',
      groups_claim: 'groups',
      email: 'ana@example.com',
      invitation: 'si_3kQx9bTmW2rVn7LfYc5HpZ8dJs4GaEu6XoRi1NtMqKw',
      authorization_url: 'https://id.example.com/authorize?client_id=slipway',
      organization: 'org_01m7wc54fherz84624ahd0kr7h',
      issuer: 'github',
      subject: 'repo:acme/plugins:ref:refs/heads/main',
      claim: 'repository',
      equals: 'acme/plugins',
    },
  },
  keyless: ['/v1/oidc/exchange', '/v1/sign-in'],
  pages: ['/cli-sign-in', '/members', '/account'],
  tags: [
    { name: 'Identity', description: 'Let CI jobs publish without a stored key, and people sign in.', after: 'Keys' },
    { name: 'Members', description: 'Invite people, and give them roles.', after: 'Identity' },
    {
      name: 'Person',
      description: "See the signed-in person's organizations, sessions and keys.",
      after: 'Members',
    },
    { name: 'Sign-in', description: 'Sign people in by OpenID Connect.', after: 'Person' },
  ],
  due: [
    {
      step: sweepPeople,
      due: (deps) => [...dueOfPeople(deps), selectExpiredCiKeys(deps), selectExpiredTokens(deps)],
    },
  ],
  owned: [
    {
      table: trustedPublishers,
      holder: 'organization',
      column: trustedPublishers.organizationId,
      after: 'issuers',
    },
    {
      table: invitations,
      holder: 'organization',
      column: invitations.organizationId,
      omitted: [invitations.hash],
      after: 'members',
    },
    {
      table: members,
      holder: 'organization',
      column: members.organizationId,
      order: [members.personId],
      after: 'people',
    },
    {
      table: usedTokens,
      holder: ofIssuers,
      column: usedTokens.issuerId,
      omittedBecause: 'digests of tokens, until they expire',
    },
    { table: signIns, holder: ofIssuers, column: signIns.issuerId, omittedBecause: 'sign-ins on their way' },
    { table: people, holder: ofIssuers, column: people.issuerId, after: 'issuers' },
    {
      table: issuers,
      holder: 'organization',
      column: issuers.organizationId,
      omitted: [issuers.clientSecret],
      after: 'api_keys',
    },
  ],
  people: knownPeople,
});
