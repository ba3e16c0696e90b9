// Renders API keys as JSON, for the keys surface and the admin surface.
import { z } from '@hono/zod-openapi';
import { type ApiKey, type KeyWithSecret, keyState, type OwnKey } from '../../access/keys.ts';
import { keyKinds, roles } from '../../contract/identity.ts';
import { keyPathExample, keyPathPattern } from '../../contract/key-paths.ts';
import { keyLimits } from '../../contract/limits/keys-and-sessions.ts';
import { scopes } from '../../contract/scopes.ts';
import { keyStates } from '../../contract/states.ts';
import { type Clock, iso, isoOrNull } from '../../core/clock.ts';
import { parseNamespaceId } from '../context/context.ts';
import { instant } from './event-wire.ts';

const time = z.iso.datetime();

export const newKeyPath = z
  .string()
  .max(keyLimits.pathChars)
  .regex(keyPathPattern, {
    error: 'Use a path below a namespace, such as /v1/namespaces/ns_…/tool-sets/research, without encoded characters',
  })
  .nullish()
  .openapi({
    example: keyPathExample,
    description:
      "The only path that the key works for, with what is below it, such as a set of tools. The key is then bound to the path's namespace if `namespace_ids` is null or omitted",
  });

export const newKeyBody = z
  .object({
    name: z.string().min(1).max(100).openapi({ example: 'CI' }),
    scopes: z.array(z.enum(scopes)).min(1).max(scopes.length),
    namespace_ids: z
      .array(z.string())
      .min(1)
      .max(50)
      .nullish()
      .openapi({ description: "Defaults to the creating key's namespaces if null or omitted" }),
    path: newKeyPath,
    expires_at: instant
      .nullish()
      .openapi({ type: ['string', 'null'], description: "Defaults to the creating key's expiry if null or omitted" }),
  })
  .openapi('ApiKeyRequest');

export const keyModel = z
  .object({
    key_id: z.string(),
    name: z.string().openapi({ example: 'CI' }),
    person: z
      .object({ person_id: z.string(), name: z.string() })
      .nullable()
      .openapi({ description: 'The person that a personal key acts for. Null for a key of the organization' }),
    prefix: z.string().openapi({ description: "The secret's first characters", example: 'sk_3kQx9bT' }),
    scopes: z.array(z.enum(scopes)),
    namespace_ids: z
      .array(z.string())
      .nullable()
      .openapi({ description: "Null for all the organization's namespaces" }),
    path: z.string().nullable().openapi({
      example: keyPathExample,
      description: 'The only path that the key works for, with what is below it. Null for all paths',
    }),
    status: z.enum(keyStates),
    created_at: time,
    expires_at: time.nullable(),
    last_used_at: time.nullable().openapi({ description: 'Accurate to ten minutes' }),
    revoked_at: time.nullable(),
    previous_valid_until: time.nullable().openapi({ description: 'The previous secret also works until this time' }),
  })
  .openapi('ApiKey');

/** The requesting key, for clients that show which account they use. */
export const ownKeyModel = keyModel
  .extend({
    organization_id: z.string(),
    organization_name: z.string(),
    kind: z
      .enum(keyKinds)
      .openapi({ description: 'Whether it is of the organization, a person, a browser or a CI job' }),
    role: z.enum(roles).nullable().openapi({ description: "The person's role. Null for a key of the organization" }),
  })
  .openapi('OwnApiKey');

export const keyWithSecret = keyModel
  .extend({
    api_key: z.string().openapi({
      description: 'Shown in this response only',
      example: 'sk_3kQx9bTmW2rVn7LfYc5HpZ8dJs4GaEu6XoRi1NtMqKw',
    }),
  })
  .openapi('ApiKeyWithSecret');

export function toKeyFields({ name, scopes, namespace_ids, path, expires_at }: z.infer<typeof newKeyBody>) {
  return {
    name,
    scopes: [...new Set(scopes)],
    namespaceIds: namespace_ids ? [...new Set(namespace_ids.map(parseNamespaceId))] : null,
    path: path ?? null,
    ...(typeof expires_at === 'number' ? { expiresAt: expires_at } : {}),
  };
}

export function keyWire(key: ApiKey, { clock }: { clock: Clock }): z.infer<typeof keyModel> {
  const now = clock.now();
  return {
    key_id: key.id,
    name: key.name,
    person: key.personId === null ? null : { person_id: key.personId, name: key.principal?.name ?? key.personId },
    prefix: key.prefix,
    scopes: key.scopes,
    namespace_ids: key.namespaceIds,
    path: key.path,
    status: keyState(key, now),
    created_at: iso(key.createdAt),
    expires_at: isoOrNull(key.expiresAt),
    last_used_at: isoOrNull(key.lastUsedAt),
    revoked_at: isoOrNull(key.revokedAt),
    previous_valid_until: key.previousUntil !== null && key.previousUntil > now ? iso(key.previousUntil) : null,
  };
}

export function ownKeyWire(
  { key, organizationName, role }: OwnKey,
  deps: { clock: Clock },
): z.infer<typeof ownKeyModel> {
  const organization = { organization_id: key.organizationId, organization_name: organizationName };
  return { ...keyWire(key, deps), ...organization, kind: key.kind, role };
}

export function shownKeyWire({ key, secret }: KeyWithSecret, deps: { clock: Clock }): z.infer<typeof keyWithSecret> {
  return { ...keyWire(key, deps), api_key: secret };
}
