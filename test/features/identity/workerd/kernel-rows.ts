// Tells the kernel's tests what they need to know about issuers, trusted publishers and people.
import { env } from 'cloudflare:workers';
import { z } from 'zod';
import { idSchema } from '../../../../src/contract/ids.ts';
import { systemClock } from '../../../../src/core/clock.ts';
import { idSource } from '../../../../src/core/ids.ts';
import { database } from '../../../../src/db/client.ts';
import { members, people } from '../../../../src/features/identity/tables.ts';
import type { WayToLower } from '../../../access/way-to-lower.ts';
import type { Row } from '../../../api/access/authorization-matrix.ts';
import type { FeatureRows } from '../../../support/feature-rows.ts';
import type { World } from '../../../support/scenes/authorization-world.ts';
import type { Organization } from '../../../support/scenes/organization.ts';
import { addIssuer, trust } from '../scenes/trusted-publishers.ts';

const wholeAdmin = { scope: 'keys:admin', of: 'organization' } as const;
const operator = { scope: 'admin', of: 'organization' } as const;

const issuerFields = { name: 'made', url: 'https://made.example.com' };
const ownName = (fresh: string) => fresh.replaceAll('_', '-');
const newIssuerBody = async (_: World, fresh: string) => ({
  sent: { body: { ...issuerFields, name: ownName(fresh) } },
});

const ofPerson = { scope: null, of: 'visible', status: 403, asPerson: 200 } as const;
/** Refused before its resource is looked up. The world's isn't the person's own. */
const ownOfPerson = { ...ofPerson, of: 'registrant', asPerson: 404 } as const;

const publisherBody = { namespace: 'default', plugin: 'made', conditions: [{ claim: 'sub', equals: 'made' }] };

/** Keys of organizations act for nobody, and the operator sees only its own issuers. */
const authorization: Record<string, Row> = {
  'GET /v1/issuers': wholeAdmin,
  'POST /v1/issuers': { ...wholeAdmin, sent: { body: issuerFields }, ready: newIssuerBody },
  'GET /v1/issuers/{issuer_id}': wholeAdmin,
  'DELETE /v1/issuers/{issuer_id}': {
    ...wholeAdmin,
    ready: async ({ org }, fresh) => ({ ids: { issuer_id: await newIssuer(org, fresh) } }),
  },
  'GET /v1/members': wholeAdmin,
  'PATCH /v1/members/{person_id}': {
    ...wholeAdmin,
    also: ['plugins:read', 'plugins:write', 'plugins:deploy', 'plugins:invoke'],
    sent: { body: { role: 'developer' } },
  },
  'DELETE /v1/members/{person_id}': {
    ...wholeAdmin,
    ready: async ({ org, ids }) => ({ ids: { person_id: await newMember(org, ids.issuer_id ?? '') } }),
  },
  'GET /v1/invitations': wholeAdmin,
  'POST /v1/invitations': {
    ...wholeAdmin,
    also: ['plugins:read'],
    sent: { body: { email: 'ana@example.com', role: 'viewer' } },
  },
  'DELETE /v1/invitations/{invitation_id}': {
    ...wholeAdmin,
    status: 204,
    ready: async ({ org }) => ({ ids: { invitation_id: await newInvitation(org) } }),
  },
  'GET /v1/person': ofPerson,
  'POST /v1/person/switch': { ...ofPerson, asPerson: 404, sent: { body: { organization_id: 'org' } } },
  'GET /v1/person/sessions': ofPerson,
  'DELETE /v1/person/sessions/{session_id}': ownOfPerson,
  'GET /v1/person/keys': ofPerson,
  'POST /v1/person/keys': { ...ofPerson, sent: { body: { name: 'laptop' } } },
  'DELETE /v1/person/keys/{key_id}': ownOfPerson,
  'POST /v1/person/codes': { ...ofPerson, sent: { body: { code_challenge: 'c'.repeat(43) } } },
  'GET /v1/admin/issuers': operator,
  'POST /v1/admin/issuers': { ...operator, sent: { body: issuerFields }, ready: newIssuerBody },
  'GET /v1/admin/issuers/{issuer_id}': { ...operator, status: 404 },
  'DELETE /v1/admin/issuers/{issuer_id}': { ...operator, status: 404 },
  'GET /v1/trusted-publishers': { ...wholeAdmin, of: 'visible' },
  'POST /v1/trusted-publishers': {
    ...wholeAdmin,
    of: 'namespace',
    also: ['plugins:read', 'plugins:write', 'plugins:deploy'],
    sent: { body: { ...publisherBody, issuer_id: 'iss_00000000000000000000000000' } },
    ready: async ({ ids, org }) => ({
      sent: { body: { ...publisherBody, namespace: org.namespaceId, issuer_id: ids.issuer_id } },
    }),
  },
  'DELETE /v1/trusted-publishers/{trusted_publisher_id}': {
    ...wholeAdmin,
    of: 'namespace',
    ready: async ({ ids, org }) => ({
      ids: { trusted_publisher_id: await newTrustedPublisher(org, ids.issuer_id ?? '') },
    }),
  },
  'POST /v1/admin/organizations/{organization_id}/invitations': {
    ...operator,
    sent: { body: { email: 'ana@example.com', role: 'owner' } },
  },
};

/** Makes a person whom the issuer knows a member. */
async function newMember({ id: organizationId }: Organization, issuer: string): Promise<string> {
  const id = idSource(systemClock.now)('person');
  const issuerId = idSchema('issuer').parse(issuer);
  const person = { id, issuerId, subject: id, email: 'ana@example.com', name: 'Ana', createdAt: 1, signedInAt: 1 };
  const db = database(env.DB);
  await db.insert(people).values(person);
  await db.insert(members).values({ organizationId, personId: id, role: 'viewer', createdAt: 1 });
  return id;
}

async function newInvitation(org: Organization): Promise<string> {
  const { body } = await org.post('/v1/invitations', { email: 'ben@example.com', role: 'viewer' });
  return z.object({ invitation_id: idSchema('invitation') }).parse(body).invitation_id;
}

/** Adds an issuer of CI jobs, whose keys are found when the first token arrives. */
function newIssuer(org: Organization, name: string): Promise<string> {
  return addIssuer(org, { name: name.replaceAll('_', '-'), url: 'https://ci.example.com' });
}

function newTrustedPublisher(org: Organization, issuer_id: string): Promise<string> {
  return trust(org, { issuer_id });
}

const missingIds = {
  issuer_id: 'iss_00000000000000000000000000',
  person_id: 'usr_00000000000000000000000000',
  invitation_id: 'inv_00000000000000000000000000',
  session_id: 'ses_00000000000000000000000000',
  trusted_publisher_id: 'tpb_00000000000000000000000000',
};

const waysToLower: readonly WayToLower[] = [
  {
    lowers: 'stageOnly',
    way: 'add another trusted publisher',
    needs: ['plugins:read', 'plugins:write', 'plugins:deploy'],
    make: (org) => newIssuer(org, 'ci'),
    lower: (client, issuer_id, { namespaceId }) =>
      client.post('/v1/trusted-publishers', { ...publisherBody, namespace: namespaceId, issuer_id }),
  },
];

export const rows: FeatureRows = {
  waysToLower,
  authorization,
  open: [
    'GET /v1/sign-in/issuers',
    'POST /v1/sign-in',
    'POST /v1/sign-in/code',
    'POST /v1/sign-in/invitation',
    'POST /v1/oidc/exchange',
  ],
  undocumented: ['GET /v1/sign-in/callback', 'GET /v1/sign-in/callback/{organization_id}'],
  missingIds,
  ids: async ({ name, org }) => {
    const issuer_id = await newIssuer(org, name);
    return {
      issuer_id,
      person_id: await newMember(org, issuer_id),
      invitation_id: await newInvitation(org),
      session_id: missingIds.session_id,
      trusted_publisher_id: await newTrustedPublisher(org, issuer_id),
    };
  },
  operationEvents: {
    'DELETE /v1/members/{person_id}': ['member.removed'],
    'DELETE /v1/invitations/{invitation_id}': ['invitation.revoked'],
    'DELETE /v1/person/keys/{key_id}': [],
    'DELETE /v1/person/sessions/{session_id}': [],
    'DELETE /v1/issuers/{issuer_id}': ['issuer.removed'],
    'DELETE /v1/trusted-publishers/{trusted_publisher_id}': ['trusted_publisher.removed'],
    'DELETE /v1/admin/issuers/{issuer_id}': [],
    'PATCH /v1/members/{person_id}': ['member.role_changed'],
    'POST /v1/invitations': ['member.invited'],
    'POST /v1/person/codes': [],
    'POST /v1/person/keys': [],
    'POST /v1/person/switch': [],
    'POST /v1/admin/organizations/{organization_id}/invitations': ['member.invited'],
    'POST /v1/issuers': ['issuer.added'],
    'POST /v1/trusted-publishers': ['trusted_publisher.added'],
    'POST /v1/admin/issuers': [],
  },
  ofOperator: ['POST /v1/admin/issuers'],
  explanations: {
    issuers: ['issuer.'],
    trusted_publishers: ['trusted_publisher.', 'issuer.removed', 'key.exchanged'],
    members: ['member.'],
    invitations: ['member.', 'invitation.revoked'],
  },
  bookkeeping: { trusted_publishers: { last_used_at: 'a time of use' } },
  removedLater: ['invitations'],
  recordsOnly: {
    people: 'whom issuers vouched for; what they may do is a membership',
    sign_ins: 'browsers on their way to an issuer and back',
    used_tokens: 'tokens that were exchanged, which is an event of the key',
  },
  unkeyed: ['/v1/oidc/exchange', '/v1/person/switch', '/v1/sign-in', '/v1/sign-in/code', '/v1/sign-in/invitation'],
};
