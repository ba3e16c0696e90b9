// Defines the events of issuers, trusted publishers, members and invitations.
import { z } from 'zod';
import { eventWithData, eventWithoutData } from '../../event-data.ts';
import { roles } from '../../identity.ts';
import { scopes } from '../../scopes.ts';
import { claimConditionSchema, issuerPurposes } from './issuers.ts';

const issuer = { name: z.string(), purpose: z.enum(issuerPurposes), url: z.string() };
const trustedPublisher = {
  plugin: z.string().describe("A plugin's name, or a prefix that ends with `*`."),
  issuer_id: z.string(),
  conditions: z.array(claimConditionSchema),
  scopes: z.array(z.enum(scopes)),
  stage_only: z.boolean(),
};

export const events = {
  'key.exchanged': eventWithData("A CI job's ID token was exchanged for a key of 15 minutes.", {
    trusted_publisher_id: z.string(),
    issuer: z.string().describe("The issuer's name."),
    scopes: z.array(z.enum(scopes)),
    namespace_ids: z.array(z.string()).nullable(),
    stage_only: z.boolean(),
    expires_at: z.string(),
  }),
  'oidc.refused': eventWithData(
    'An ID token was refused. At most ten refusals a minute are recorded, because anyone can send tokens.',
    {
      issuer: z.string().describe("The issuer's name."),
      reason: z.string(),
      claim: z.string().nullable().describe('The claim that differs, if one does.'),
      subject: z.string().nullable().describe("The token's unverified `sub`."),
    },
  ),
  'issuer.added': eventWithData('An issuer of ID tokens was added.', issuer),
  'issuer.removed': eventWithData('An issuer of ID tokens was removed, with its trusted publishers.', issuer),
  'trusted_publisher.added': eventWithData('A trusted publisher was added.', trustedPublisher),
  'trusted_publisher.removed': eventWithData('A trusted publisher was removed.', trustedPublisher),
  'member.invited': eventWithData('A person was invited to the organization.', {
    email: z.string(),
    role: z.enum(roles),
  }),
  'invitation.revoked': eventWithoutData('An invitation was revoked.'),
  'member.joined': eventWithData('A person became a member.', { name: z.string(), role: z.enum(roles) }),
  'member.role_changed': eventWithData('A member got another role, or the same one for other namespaces.', {
    name: z.string(),
    role: z.enum(roles),
  }),
  'member.removed': eventWithData("A member left or was removed. The person's sessions and personal keys ended.", {
    name: z.string(),
  }),
  'member.signed_in': eventWithData('A member signed in.', { issuer: z.string().describe("The issuer's name.") }),
  'member.sign_in_failed': eventWithData('A sign-in to the organization failed.', {
    issuer: z.string().describe("The issuer's name."),
    reason: z.string(),
  }),
};
