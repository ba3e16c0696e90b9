// Mutations of src/access: who may do what, how long keys live, and Idempotency-Keys of two attempts.
import type { Mutation } from './mutation.ts';

const keyManagement = 'test/access/key-management.test.ts';
const keys = 'test/access/keys.test.ts';
const idempotency = 'test/access/idempotency.test.ts';
const quotas = 'test/access/quotas.test.ts';
const requests = 'test/api/requests/idempotency.test.ts';
const isolation = 'test/api/access/isolation.test.ts';
const namespaces = 'test/api/organization/namespaces.test.ts';
const guards = 'test/access/guards.test.ts';
const browserSessions = 'test/api/access/browser-sessions.test.ts';

export const mutations: Mutation[] = [
  {
    name: 'a late attempt replaces the stored response',
    file: 'src/access/idempotency.ts',
    search: '    .where(and(eq(idempotencyKeys.id, id), eq(idempotencyKeys.claim, claim)));',
    replace: '    .where(and(eq(idempotencyKeys.id, id), eq(idempotencyKeys.id, id)));',
    tests: [idempotency],
  },
  {
    name: 'a late attempt releases the key of another',
    file: 'src/access/idempotency.ts',
    search: 'db.delete(idempotencyKeys).where(and(eq(idempotencyKeys.id, id), eq(idempotencyKeys.claim, claim)))',
    replace: 'db.delete(idempotencyKeys).where(eq(idempotencyKeys.id, id))',
    tests: [idempotency],
  },
  {
    name: 'an attempt whose lease is running loses the key',
    file: 'src/access/idempotency.ts',
    search: `    isUnleased(idempotencyKeys, now),
`,
    replace: '',
    tests: [idempotency, requests],
  },
  {
    name: 'another request takes over an abandoned key',
    file: 'src/access/idempotency.ts',
    search: `    eq(idempotencyKeys.fingerprint, fingerprint),
`,
    replace: '',
    tests: [requests],
  },
  {
    name: 'a key answers another request',
    file: 'src/access/idempotency.ts',
    search: 'if (stored?.fingerprint !== fingerprint)',
    replace: 'if (stored === undefined)',
    tests: [requests],
  },
  {
    name: 'the body is not part of the request',
    file: 'src/access/idempotency.ts',
    search: `\`\${id}\${bodyDigest}\``,
    replace: `\`\${id}\``,
    tests: [requests],
  },
  {
    name: 'a key is shared by all callers',
    file: 'src/access/idempotency.ts',
    search: '[caller, target, key]',
    replace: '[target, key]',
    tests: [requests],
  },
  {
    name: 'an expired key still answers',
    file: 'src/access/idempotency.ts',
    search: 'lte(idempotencyKeys.expiresAt, now)',
    replace: 'lt(idempotencyKeys.expiresAt, now)',
    tests: [requests],
  },
  {
    name: 'a sign-in link works twice',
    file: 'src/access/browser-sessions.ts',
    search: 'used.meta.changes === 1 ?',
    replace: 'used.meta.changes >= 0 ?',
    tests: [browserSessions],
  },
  {
    name: 'a sign-in link is a session',
    file: 'src/access/browser-sessions.ts',
    search: 'eq(browserSessions.state, state), gt',
    replace: 'gt',
    tests: [browserSessions],
    equivalent: 'the cookie must begin with the prefix of sessions, and only a link can be used as one',
  },
  {
    name: 'a session outlives the secret of its key',
    file: 'src/access/browser-sessions.ts',
    search: 'and(eq(apiKeys.id, keyId), isSecretValid)',
    replace: 'eq(apiKeys.id, keyId)',
    tests: [browserSessions],
  },
  {
    name: 'signing out leaves the session',
    file: 'src/access/browser-sessions.ts',
    search: '  await db.delete(browserSessions).where(eq(browserSessions.hash, hash)).run();\n',
    replace: '',
    tests: [browserSessions],
  },
  {
    name: 'another port writes with the cookie',
    file: 'src/api/authentication/browser-requests.ts',
    search: 'c.req.header(csrfHeader) !== (await csrfToken(secret))',
    replace: 'c.req.header(csrfHeader) === undefined',
    tests: [browserSessions],
  },
  {
    name: 'another site reads with the cookie',
    file: 'src/api/authentication/browser-requests.ts',
    search: "site === 'same-origin' || (site === 'none' && isReading)",
    replace: 'true',
    tests: [browserSessions],
  },
  {
    name: 'another origin uses the cookie',
    file: 'src/api/authentication/browser-requests.ts',
    search: ' || (origin !== undefined && origin !== new URL(c.req.url).origin)',
    replace: '',
    tests: [browserSessions],
  },
  {
    name: 'a session is used by DNS rebinding',
    file: 'src/api/authentication/authenticate.ts',
    search: '  requireKnownHost(c);\n  await requireSameSite',
    replace: '  await requireSameSite',
    tests: [browserSessions],
  },
  {
    name: 'a revoked key works',
    file: 'src/access/key-cache.ts',
    search: 'if (!found || found.row.revokedAt !== null)',
    replace: 'if (!found)',
    tests: [keys],
  },
  {
    name: 'a revoked key is cached for longer than ten seconds',
    file: 'src/access/key-cache.ts',
    search: 'known.cachedUntil <= now',
    replace: 'known.cachedUntil < now',
    tests: [keys],
  },
  {
    name: 'an expired key works while it is cached',
    file: 'src/access/key-cache.ts',
    search: 'known.endsAt !== null && known.endsAt <= now',
    replace: 'known.endsAt !== null && known.endsAt < now',
    tests: [keys],
  },
  {
    name: 'a previous secret works after its overlap',
    file: 'src/access/key-cache.ts',
    search: ', gt(apiKeys.previousUntil, now)',
    replace: '',
    tests: [keyManagement],
    equivalent: '`actorOf` ends the access of a previous secret with its overlap, so `lookUpKey` refuses it at the end',
  },
  {
    name: 'a previous secret is cached beyond its overlap',
    file: 'src/access/key-cache.ts',
    search: 'row.hash === secretHash ? row.expiresAt : earlier(row.expiresAt, row.previousUntil)',
    replace: 'row.expiresAt',
    tests: [keyManagement],
  },
  {
    name: 'the cache of keys grows without limit',
    file: 'src/access/key-cache.ts',
    search: `    if (cache.size >= keyLimits.cacheSize) cache.clear();
`,
    replace: '',
    tests: [keys],
  },
  {
    name: 'the use of a key is recorded with each request',
    file: 'src/access/key-cache.ts',
    search: `  if (known.lastUsedAt > before) return;
`,
    replace: '',
    tests: [keys],
  },
  {
    name: 'a key creates a key with more scopes',
    file: 'src/access/keys.ts',
    search: `  for (const scope of scopes) requireScope(actor, scope);
`,
    replace: '',
    tests: [keyManagement],
  },
  {
    name: 'a bound key creates a key for another namespace',
    file: 'src/access/keys.ts',
    search: `  if (outside !== undefined) throw notFound('namespace', outside);
`,
    replace: '',
    tests: [guards],
  },
  {
    name: 'a key creates a key that lasts longer',
    file: 'src/access/keys.ts',
    search: 'if (actor.expiresAt === null ||',
    replace: 'if (actor.expiresAt !== undefined ||',
    tests: [keyManagement],
  },
  {
    name: 'a revoked key that is cached creates a successor',
    file: 'src/access/keys.ts',
    search: `sql\`\${mayAct(actor, now)} and \${quota.hasRoom}\``,
    replace: 'quota.hasRoom',
    tests: [keyManagement],
  },
  {
    name: 'a revoked key that is cached revokes another',
    file: 'src/access/key-rotation.ts',
    search: `        isNull(apiKeys.revokedAt),
        mayAct(actor, now),
`,
    replace: `        isNull(apiKeys.revokedAt),
`,
    tests: [keyManagement],
  },
  {
    name: 'a revoked key that is cached rotates another',
    file: 'src/access/key-rotation.ts',
    search: 'isActive(now), mayAct(actor, now))',
    replace: 'isActive(now))',
    tests: [keyManagement],
  },
  {
    name: 'two concurrent rotations both return a secret',
    file: 'src/access/key-rotation.ts',
    search: 'eq(apiKeys.hash, before.hash), ',
    replace: '',
    tests: [keyManagement],
  },
  {
    name: 'a bound key counts as one that manages all keys',
    file: 'src/access/key-rotation.ts',
    search: `    isNull(apiKeys.namespaceIds),
`,
    replace: '',
    tests: [keyManagement],
  },
  {
    name: "another organization's key is seen",
    file: 'src/access/keys.ts',
    search: `  return and(
    eq(apiKeys.organizationId, organizationId),
`,
    replace: `  return and(
`,
    tests: [keyManagement, 'test/api/access/authorization.test.ts'],
  },
  {
    name: 'a bound key sees keys of other namespaces',
    file: 'src/access/keys.ts',
    search: 'namespaceIds === null ? undefined : containsOnly(apiKeys.namespaceIds, namespaceIds)',
    replace: 'undefined',
    tests: [keyManagement],
  },
  {
    name: 'a secret has four random bytes',
    file: 'src/access/key-secret.ts',
    search: 'new Uint8Array(32)',
    replace: 'new Uint8Array(4)',
    tests: [keys],
  },
  {
    name: 'a deleted namespace is found',
    file: 'src/access/namespaces.ts',
    search: `    isNull(namespaces.deletedAt),
`,
    replace: '',
    tests: [namespaces],
  },
  {
    name: "another organization's namespace is found",
    file: 'src/access/namespaces.ts',
    search: `    eq(namespaces.organizationId, actor.organizationId),
`,
    replace: '',
    tests: [namespaces, 'test/api/access/authorization.test.ts'],
  },
  {
    name: 'a bound key sees every namespace',
    file: 'src/access/namespaces.ts',
    search: 'actor.namespaceIds === null ? undefined : inArray(namespaces.id, [...actor.namespaceIds])',
    replace: 'undefined',
    tests: [isolation],
  },
  {
    name: 'a bound key creates namespaces',
    file: 'src/access/namespaces.ts',
    search: `if (actor.namespaceIds !== null)
`,
    replace: `if (actor.namespaceIds === undefined)
`,
    tests: [isolation],
  },
  {
    name: 'a namespace that was deleted meanwhile is updated',
    file: 'src/access/namespaces.ts',
    search: `      .where(and(visibleTo(actor), eq(namespaces.id, before.id)))
      .returning()`,
    replace: `      .where(eq(namespaces.id, before.id))
      .returning()`,
    tests: [guards],
  },
  {
    name: 'a namespace is deleted twice',
    file: 'src/access/namespaces.ts',
    search: '      .where(and(visibleTo(actor), eq(namespaces.id, namespaceId))),',
    replace: '      .where(eq(namespaces.id, namespaceId)),',
    tests: [guards],
  },
  {
    name: 'the default namespace is renamed',
    file: 'src/access/namespaces.ts',
    search: '  if (name !== defaultNamespaceName) return;',
    replace: "  if (name !== '') return;",
    tests: [namespaces],
  },
  {
    name: 'quotas of an unknown organization are stored',
    file: 'src/access/organizations.ts',
    search: `sql\`exists (select 1 from \${organizations} where \${organizations.id} = \${organizationId})\``,
    replace: 'sql`true`',
    tests: [quotas],
  },
  {
    name: 'an anonymous request manages keys',
    file: 'src/access/actor.ts',
    search: "'plugins:deploy', 'plugins:invoke']",
    replace: "'plugins:deploy', 'plugins:invoke', 'keys:admin']",
    tests: [guards],
  },
  {
    name: 'a scope is not required',
    file: 'src/access/actor.ts',
    search: 'if (!actor.scopes.has(scope))',
    replace: 'if (actor.scopes.size === 0)',
    tests: [isolation],
  },
];
