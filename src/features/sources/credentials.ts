// Adds, lists, rotates and removes an organization's credentials for private sources. Tokens are write-only: neither they nor digests
// of them are ever returned. A fetch uses the credential with the longest path that covers its repository (for-repository.ts).
import { and, asc, eq, getTableColumns, gt, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { normalizePattern } from '../../contract/builder/python-indexes.ts';
import { formatPlace, normalizePlacePath, type SourcePlace } from '../../contract/builder/source-places.ts';
import { sourceLimits } from '../../contract/features/sources/limits.ts';
import { isoOrNull } from '../../core/clock.ts';
import { type ExternalUrlRules, isLoopback, parseExternalUrl } from '../../core/external-url.ts';
import type { SourceCredentialId } from '../../core/ids.ts';
import { type Page, type PageRequest, toPage } from '../../core/page.ts';
import { invalidField, Problem } from '../../core/problem.ts';
import { seal, sealingKey, unseal } from '../../core/sealing.ts';
import { insertWhere, previousChanged, readTogether, writeAndRead } from '../../db/client.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import { readAppKey } from './app-key.ts';
import { parseKnownHost, privateKeyFault } from './deploy-key.ts';
import { githubApi } from './github-app.ts';
import { type GithubApp, sourceCredentials } from './tables.ts';

const { sealed: _, ...shown } = getTableColumns(sourceCredentials);

export type SourceCredentialRow = Omit<typeof sourceCredentials.$inferSelect, 'sealed'>;

/** Username sent with a token. Most servers check only the token. */
const defaultUsername = 'x-access-token';
const defaultIndexUsername = '__token__';
const defaultSshUsername = 'git';

export interface GivenCredential {
  /** `HOST[/PATH]` */
  source: string;
  secret: { token: string } | { app: GithubApp; privateKey: string } | { deployKey: string; knownHosts: string[] };
  username: string | undefined;
  expiresAt: number | null;
  /** True if Go modules below the place are private. Undefined leaves the value unchanged; for a new credential, it means false. */
  goModules: boolean | undefined;
  /** Patterns of packages that come only from this Python index. Undefined leaves them unchanged, or means that this isn't an index. */
  pythonPackages: string[] | undefined;
}

type WriteDeps = Pick<Deps, 'db' | 'ids' | 'clock' | 'dataKey'> & ExternalUrlRules;

/** Adds a credential. Throws a Problem if the organization already has one for exactly this place. */
export async function addCredential(
  deps: WriteDeps,
  actor: Actor,
  { source, secret, username, expiresAt, goModules = false, pythonPackages }: GivenCredential,
): Promise<SourceCredentialRow> {
  requireScope(actor, 'sources:admin');
  const patterns = pythonPackages === undefined ? null : patternsOf(pythonPackages);
  requireOneUse(secret, goModules, patterns);
  const { db, ids, clock } = deps;
  const { organizationId, ref } = actor;
  const place = parsePlace(deps, source);
  const id = ids('sourceCredential');
  const now = clock.now();
  const row = {
    id,
    organizationId,
    ...place,
    username: username ?? defaultNameOf(secret, patterns),
    ...(await secretOf(deps, { ...place, id }, secret)),
    revision: 1,
    expiresAt,
    goModules,
    pythonPackages: patterns,
    createdAt: now,
    createdBy: ref,
    updatedAt: now,
    updatedBy: ref,
  };
  const count = sql<number>`(select count(*) from ${sourceCredentials} where ${sourceCredentials.organizationId} = ${organizationId})`;
  const data = { source: formatPlace(place), expires_at: isoOrNull(expiresAt) };
  const event = { organizationId, namespaceId: null, actor: ref, subjectId: id };
  const { existing } = await writeAndRead(
    db,
    [
      insertWhere(
        db,
        sourceCredentials,
        row,
        sql`${count} < ${sourceLimits.perOrganizationMax}`,
        sql`on conflict (organization_id, host, path) do nothing`,
      ),
      record(deps, { ...event, type: 'source.added', data }, previousChanged),
    ],
    { existing: db.select(shown).from(sourceCredentials).where(isAt(actor, place)) },
  );
  const [found] = existing;
  if (!found) throw tooMany();
  if (found.id !== id) throw taken(place);
  return found;
}

export async function listCredentials(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  { limit, cursor }: PageRequest,
): Promise<Page<SourceCredentialRow>> {
  requireScope(actor, 'sources:admin');
  const after = cursor === undefined ? undefined : gt(sql`${sourceCredentials.id}`, cursor);
  const rows = await db
    .select(shown)
    .from(sourceCredentials)
    .where(and(eq(sourceCredentials.organizationId, actor.organizationId), after))
    .orderBy(asc(sourceCredentials.id))
    .limit(limit + 1);
  return toPage(rows, limit, ({ id }) => id);
}

/** Replaces the token for all new fetches. Go modules, Python packages and username stay unless given. */
export async function rotateCredential(
  deps: WriteDeps,
  actor: Actor,
  { source, secret, username, expiresAt, ...given }: GivenCredential,
): Promise<SourceCredentialRow> {
  requireScope(actor, 'sources:admin');
  const { db, clock } = deps;
  const place = parsePlace(deps, source);
  const before = await credentialAt(deps, actor, place);
  const goModules = given.goModules ?? before.goModules;
  const pythonPackages = given.pythonPackages ? patternsOf(given.pythonPackages) : before.pythonPackages;
  requireOneUse(secret, goModules, pythonPackages);
  const isBefore = and(eq(sourceCredentials.id, before.id), eq(sourceCredentials.revision, before.revision));
  const revision = before.revision + 1;
  const data = { source: formatPlace(place), revision, expires_at: isoOrNull(expiresAt) };
  const changed = {
    ...(await secretOf(deps, before, secret)),
    username: username ?? ('deployKey' in secret && !before.deployKey ? defaultSshUsername : before.username),
    goModules,
    pythonPackages,
    revision,
    expiresAt,
    updatedAt: clock.now(),
    updatedBy: actor.ref,
  };
  const { rows } = await writeAndRead(db, [], {
    rows: db.update(sourceCredentials).set(changed).where(isBefore).returning(shown),
    event: record(deps, { ...eventOf(actor, before), type: 'source.rotated', data }, previousChanged),
  });
  const [row] = rows;
  if (!row) throw new Problem('conflict', `The credential for ${formatPlace(place)} was changed at the same time`);
  return row;
}

/** Removes the credential, so that new fetches don't use it. Published versions stay. */
export async function removeCredential(deps: WriteDeps, actor: Actor, source: string): Promise<SourcePlace> {
  requireScope(actor, 'sources:admin');
  const place = parsePlace(deps, source);
  const row = await credentialAt(deps, actor, place);
  await deps.db.batch([
    deps.db.delete(sourceCredentials).where(eq(sourceCredentials.id, row.id)),
    record(
      deps,
      { ...eventOf(actor, row), type: 'source.removed', data: { source: formatPlace(place) } },
      previousChanged,
    ),
  ]);
  return place;
}

async function credentialAt({ db }: Pick<Deps, 'db'>, actor: Actor, place: SourcePlace): Promise<SourceCredentialRow> {
  const { rows } = await readTogether(db, {
    rows: db.select(shown).from(sourceCredentials).where(isAt(actor, place)),
  });
  const [row] = rows;
  if (!row) throw notFound('source', formatPlace(place));
  return row;
}

async function secretOf(
  deps: WriteDeps,
  row: SourcePlace & Pick<SourceCredentialRow, 'id'>,
  secret: GivenCredential['secret'],
): Promise<Pick<typeof sourceCredentials.$inferSelect, 'sealed' | 'githubApp' | 'deployKey'>> {
  if ('token' in secret) return { sealed: await sealToken(deps, row, secret.token), githubApp: null, deployKey: null };
  if ('deployKey' in secret) {
    const fault = privateKeyFault(secret.deployKey);
    if (fault !== undefined) throw invalidKey('private_key', fault);
    const known_hosts = secret.knownHosts.map((line) => {
      const found = parseKnownHost(line, row);
      if ('fault' in found) throw invalidKey('known_hosts', found.fault);
      return found.key;
    });
    const sealed = await sealToken(deps, row, `${secret.deployKey.replaceAll('\r', '').trim()}\n`);
    return { sealed, githubApp: null, deployKey: { known_hosts } };
  }
  const { app, privateKey } = secret;
  if (!(await readAppKey(privateKey)))
    throw invalidApp('private_key', "is not a private RSA key in PEM, as in GitHub's file");
  const target = parseExternalUrl(githubApi(app, row), deps);
  if ('refused' in target) throw invalidApp('api_url', `is not allowed: ${target.refused}`);
  if (target.url.search !== '' || target.url.hash !== '') throw invalidApp('api_url', 'has a query or a fragment');
  return { sealed: await sealToken(deps, row, privateKey), githubApp: app, deployKey: null };
}

function defaultNameOf(secret: GivenCredential['secret'], patterns: string[] | null): string {
  if ('deployKey' in secret) return defaultSshUsername;
  return patterns ? defaultIndexUsername : defaultUsername;
}

function patternsOf(given: string[]): string[] {
  const patterns = given.map((text) => {
    const pattern = normalizePattern(text);
    if (pattern === undefined)
      throw invalidPackages('write names such as `acme-ocr`, or name prefixes such as `acme-*`');
    return pattern;
  });
  return [...new Set(patterns)];
}

/** An index has no repositories and accepts only a token. */
function requireOneUse(secret: GivenCredential['secret'], goModules: boolean, pythonPackages: string[] | null): void {
  if (pythonPackages && goModules) throw invalidPackages('a Python index has no Go modules');
  if (pythonPackages && !('token' in secret)) throw invalidPackages('a Python index takes a token');
}

function invalidPackages(reason: string): Problem {
  return invalidField('python_packages', `The packages of the index are not accepted: ${reason}`, 'packages_refused');
}

function invalidKey(field: string, reason: string): Problem {
  return new Problem('invalid-request', `The deploy key is not accepted: ${field} ${reason}`, {
    fields: [{ path: ['body', 'deploy_key', field], message: reason, type: 'key_refused' }],
  });
}

function invalidApp(field: string, reason: string): Problem {
  return new Problem('invalid-request', `The GitHub App is not accepted: ${field} ${reason}`, {
    fields: [{ path: ['body', 'github_app', field], message: reason, type: 'app_refused' }],
  });
}

function isAt({ organizationId }: Actor, { host, path }: SourcePlace): SQL | undefined {
  return and(
    eq(sourceCredentials.organizationId, organizationId),
    eq(sourceCredentials.host, host),
    eq(sourceCredentials.path, path),
  );
}

function eventOf({ organizationId, ref }: Actor, { id }: SourceCredentialRow) {
  return { organizationId, namespaceId: null, actor: ref, subjectId: id };
}

function taken(place: SourcePlace): Problem {
  return new Problem('name-taken', `There is a credential for ${formatPlace(place)} already`, {
    hint: `Replace its token: \`slipway sources rotate ${formatPlace(place)}\`.`,
  });
}

function tooMany(): Problem {
  const max = sourceLimits.perOrganizationMax;
  return new Problem(
    'quota-exceeded',
    `This organization has ${max} of ${max} credentials for sources. Remove one that you no longer need: \`slipway sources remove SOURCE\`.`,
    { details: { resource: 'sources', current_count: max, max_allowed: max } },
  );
}

/** Parses `HOST[/PATH]`. Throws a Problem if the place can't have repositories. */
function parsePlace(rules: ExternalUrlRules, text: string): SourcePlace {
  if (text.length > sourceLimits.placeCharsMax || !/^[!-~]+$/.test(text) || /[:/]{2}|[?#@]/.test(text))
    throw invalidPlace('write it as `git.example.com` or `git.example.com/acme`, without `https://`');
  const local = `http://${text}`;
  const isLocal = URL.canParse(local) && isLoopback(new URL(local));
  const target = parseExternalUrl(isLocal ? local : `https://${text}`, rules);
  if ('refused' in target) throw invalidPlace(target.refused);
  const path = normalizePlacePath(target.url.pathname);
  if (path === undefined || /\/\.{1,2}(?:\/|$)/.test(text))
    throw invalidPlace('its path may have letters, digits and `-_.~+@`, in segments between slashes');
  return { host: target.url.host, path };
}

function invalidPlace(reason: string): Problem {
  return invalidField('source', `The source is not allowed: ${reason}`, 'source_refused');
}

type Sealed = SourcePlace & { id: SourceCredentialId };

async function sealToken({ dataKey }: Pick<Deps, 'dataKey'>, row: Sealed, token: string): Promise<string> {
  return seal(await sealingKey(dataKey), contextOf(row), token);
}

/** Returns undefined if the token was encrypted with another key, encrypted for another place, or changed. */
export async function openToken(
  { dataKey }: Pick<Deps, 'dataKey'>,
  row: Sealed & { sealed: string },
): Promise<string | undefined> {
  return unseal(await sealingKey(dataKey), contextOf(row), row.sealed).catch(() => undefined);
}

function contextOf({ id, host, path }: Sealed): string {
  return `source/${id}/${host}/${path}`;
}
