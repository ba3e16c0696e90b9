// Serves an organization's credentials for private sources. No response contains a token, part of a token, or a digest.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type Actor, requireScope } from '../../../access/actor.ts';
import { requireOrganizationKey } from '../../../access/owners.ts';
import { type AppEnv, requireActor } from '../../../api/context/context.ts';
import { body, errors, json, newRouter, routesOf } from '../../../api/openapi/route-definitions.ts';
import { jsonAtMost } from '../../../api/requests/json-body.ts';
import { answerPage, pageFields, pageOf } from '../../../api/requests/paging.ts';
import { actorModel, instant } from '../../../api/responses/event-wire.ts';
import { formatPlace } from '../../../contract/builder/source-places.ts';
import { sourceCredentialText, sshUsername } from '../../../contract/builder/sources.ts';
import { sourceLimits } from '../../../contract/features/sources/limits.ts';
import { iso, isoOrNull } from '../../../core/clock.ts';
import { invalidField } from '../../../core/problem.ts';
import {
  addCredential,
  type GivenCredential,
  listCredentials,
  removeCredential,
  rotateCredential,
  type SourceCredentialRow,
} from '../credentials.ts';

const route = routesOf('Sources');

const source = z.string().min(1).max(sourceLimits.placeCharsMax).openapi({
  description: "The repositories' host, or a host followed by the start of their path",
  example: 'git.example.com/acme',
});
const username = sourceCredentialText.max(200).regex(/^[^:]*$/, 'must not contain a colon');
const expiresAt = z.iso.datetime().nullable().openapi({ description: 'As provided. Null if unknown' });

const sourceModel = z
  .object({
    source_id: z.string().openapi({ example: 'src_01m7wc54fherz84624ahd0kr7h' }),
    source,
    username: z.string().openapi({ example: 'x-access-token' }),
    github_app: z
      .object({
        app_id: z.string().openapi({ example: '104729' }),
        api_url: z.string().nullable().openapi({ example: null }),
      })
      .nullable()
      .openapi({ description: 'Null for a token or a deploy key' }),
    deploy_key: z
      .object({ known_hosts: z.array(z.string()) })
      .nullable()
      .openapi({ description: 'The accepted host keys. Null without a deploy key', example: null }),
    go_modules: z.boolean().openapi({ description: 'Go modules below the source are private', example: false }),
    python_packages: z.array(z.string()).nullable().openapi({
      description:
        'Patterns of the packages that only this source, a Python index, provides. Null for a source of repositories',
      example: null,
    }),
    revision: z.int().openapi({ description: 'Counts the tokens', example: 1 }),
    expires_at: expiresAt,
    last_used_at: z.iso.datetime().nullable().openapi({ description: 'Accurate to the minute. Null if never used' }),
    created_at: z.iso.datetime(),
    created_by: actorModel,
    updated_at: z.iso.datetime(),
    updated_by: actorModel,
  })
  .openapi('Source');

const given = z
  .object({
    source,
    token: sourceCredentialText
      .max(sourceLimits.tokenCharsMax)
      .optional()
      .openapi({ description: 'Either this, `github_app` or `deploy_key`', example: 'glpat-9jZ3' }),
    github_app: z
      .object({
        app_id: z
          .string()
          .regex(/^[A-Za-z0-9._-]{1,64}$/)
          .openapi({ description: 'App ID or client ID', example: '104729' }),
        private_key: z.string().min(1).max(sourceLimits.tokenCharsMax).openapi({
          description:
            'The private key in PEM. It is used to create a token for each fetch, which can read one repository',
          example: '-----BEGIN RSA PRIVATE KEY-----\nMIIEow==\n-----END RSA PRIVATE KEY-----\n',
        }),
        api_url: z.string().min(1).max(500).optional().openapi({
          description: "URL of GitHub's API. Default: github.com's API, or `/api/v3` on the source's host",
          example: 'https://github.example.com/api/v3',
        }),
      })
      .optional(),
    deploy_key: z
      .object({
        private_key: z.string().min(1).max(sourceLimits.tokenCharsMax).openapi({
          description:
            'Private key as written by ssh-keygen, without a passphrase; used to fetch repositories over SSH',
          example: '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==\n-----END OPENSSH PRIVATE KEY-----\n',
        }),
        known_hosts: z
          .array(z.string().min(1).max(sourceLimits.knownHostCharsMax))
          .min(1)
          .max(sourceLimits.knownHostsMax)
          .openapi({
            description: 'Lines as written by ssh-keyscan. If the host has any other key, nothing is sent',
            example: [
              'git.example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl',
            ],
          }),
      })
      .optional(),
    username: username.optional().openapi({
      description: 'User name sent with the token, or the SSH user (`git`). Most servers accept any name with a token',
      example: 'x-access-token',
    }),
    expires_at: instant.optional(),
    go_modules: z.boolean().optional().openapi({
      description: 'Whether Go modules below the source are private: fetched directly, never through a proxy',
      example: true,
    }),
    python_packages: z
      .array(z.string().min(1).max(sourceLimits.pythonPatternCharsMax))
      .min(1)
      .max(sourceLimits.pythonPatternsMax)
      .optional()
      .openapi({
        description:
          'Makes the source a Python index, and names its packages, which are requested only from this index. A trailing `*` stands for any characters',
        example: ['acme-*'],
      }),
  })
  .openapi('SourceRequest', { example: { source: 'git.example.com/acme', token: 'glpat-9jZ3' } });

const list = route.get('/', 'listSources', {
  'x-slipway-command': 'sources list',
  summary: 'List credentials for private sources',
  description:
    'Needs the scope `sources:admin` and a key that is not bound to namespaces, like all operations on sources.',
  request: { query: z.object(pageFields) },
  responses: { 200: json('A page of sources', pageOf(sourceModel)) },
});
const add = route.post('/', 'addSource', {
  'x-slipway-command': 'sources add {source} --token-stdin',
  summary: 'Add a credential for private sources',
  description:
    'Slipway sends the credential when it fetches a repository at this host and below this path, if the server asks for one. If several sources match, the one with the longest path wins. Responds with 409 if this exact source already has a credential.',
  request: { body: body(given) },
  responses: { 200: json('The source', sourceModel) },
});
const rotate = route.put('/', 'rotateSource', {
  'x-slipway-command': 'sources rotate {source} --token-stdin',
  summary: 'Rotate a credential for private sources',
  description:
    'Replaces the token. Fetches in progress finish with the previous one. `username`, `go_modules` and `python_packages` stay unchanged if they are omitted.',
  request: { body: body(given) },
  responses: { 200: json('The source', sourceModel), ...errors(404, 409) },
});
const remove = route.delete('/', 'removeSource', {
  'x-slipway-command': 'sources remove {source}',
  summary: 'Remove a credential for private sources',
  description: 'Published versions stay: they keep serving, and you can still roll back to them.',
  request: { query: z.object({ source }) },
  responses: { 200: json('The removed source', z.object({ success: z.literal(true), source })), ...errors(404) },
});

export function sourceRoutes(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.use('/', jsonAtMost(sourceLimits.requestBytes));
  routes.openapi(list, (c) => answerPage(c, (query) => listCredentials(c.var.deps, sourceAdmin(c), query), sourceWire));
  routes.openapi(add, async (c) => {
    const actor = sourceAdmin(c);
    return c.json(sourceWire(await addCredential(c.var.deps, actor, givenOf(c.req.valid('json')))), 200);
  });
  routes.openapi(rotate, async (c) => {
    const actor = sourceAdmin(c);
    return c.json(sourceWire(await rotateCredential(c.var.deps, actor, givenOf(c.req.valid('json')))), 200);
  });
  routes.openapi(remove, async (c) => {
    const actor = sourceAdmin(c);
    const place = await removeCredential(c.var.deps, actor, c.req.valid('query').source);
    return c.json({ success: true as const, source: formatPlace(place) }, 200);
  });
  return routes;
}

function sourceAdmin(c: Context<AppEnv>): Actor {
  const actor = requireActor(c);
  requireScope(actor, 'sources:admin');
  requireOrganizationKey(actor);
  return actor;
}

function givenOf({ source, username, ...request }: z.output<typeof given>): GivenCredential {
  const { token, github_app: app, deploy_key: key, expires_at: expiresAt = null } = request;
  if ([token, app, key].filter((one) => one !== undefined).length !== 1) {
    const message = 'Send exactly one of `token`, `github_app` and `deploy_key`';
    throw invalidField('token', message, 'one_of');
  }
  if (key && username !== undefined && !sshUsername.safeParse(username).success) {
    const message = 'The name of an SSH user may have letters, digits and `_.-`';
    throw invalidField('username', message, 'not_a_name');
  }
  const secret = app
    ? { app: { app_id: app.app_id, api_url: app.api_url ?? null }, privateKey: app.private_key }
    : key
      ? { deployKey: key.private_key, knownHosts: key.known_hosts }
      : { token: token ?? '' };
  const { go_modules: goModules, python_packages: pythonPackages } = request;
  return { source, secret, username, expiresAt, goModules, pythonPackages };
}

function sourceWire(row: SourceCredentialRow): z.infer<typeof sourceModel> {
  return {
    source_id: row.id,
    source: formatPlace(row),
    username: row.username,
    github_app: row.githubApp,
    deploy_key: row.deployKey,
    go_modules: row.goModules,
    python_packages: row.pythonPackages,
    revision: row.revision,
    expires_at: isoOrNull(row.expiresAt),
    last_used_at: isoOrNull(row.lastUsedAt),
    created_at: iso(row.createdAt),
    created_by: row.createdBy,
    updated_at: iso(row.updatedAt),
    updated_by: row.updatedBy,
  };
}
