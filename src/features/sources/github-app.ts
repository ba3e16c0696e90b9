// Gets a GitHub App token for one fetch. The token can read the contents of one repository and is valid for an hour. The App's key
// never leaves Slipway; the API gets only signed tokens.
import { z } from 'zod';
import { formatPlace, repositoryPlace, type SourcePlace } from '../../contract/builder/source-places.ts';
import type { SourceCredential, SourceRefusal } from '../../contract/builder/sources.ts';
import { sourceLimits } from '../../contract/features/sources/limits.ts';
import { parseExternalUrl } from '../../core/external-url.ts';
import type { OrganizationId } from '../../core/ids.ts';
import { parseJson } from '../../core/json/parse.ts';
import { formatDuration } from '../../core/quantities.ts';
import type { Deps } from '../../deps.ts';
import { readAppKey, signedToken } from './app-key.ts';
import type { GithubApp } from './tables.ts';

export type AppDeps = Pick<Deps, 'fetch' | 'clock' | 'allowLoopback' | 'ownPorts'>;

/** An App whose key the organization provided. */
export interface GivenApp {
  organizationId: OrganizationId;
  place: SourcePlace;
  app: GithubApp;
  /** In PEM. */
  privateKey: string;
}

type Refused = SourceRefusal['refused'];

class AppRefused extends Error {
  readonly refused: Refused;

  constructor(message: string, code: Refused['code'] = 'credential-refused') {
    super(message);
    this.refused = { code, message };
  }
}

const installationModel = z.object({ id: z.int() });
const tokenModel = z.object({ token: z.string().regex(/^[!-~]+$/), expires_at: z.string() });

/** Returns a credential that works only for this repository, or why GitHub refuses one. */
export async function appCredential(
  deps: AppDeps,
  given: GivenApp,
  repository: string,
): Promise<SourceCredential | SourceRefusal> {
  const place = repositoryPlace(repository);
  const [owner, name, ...rest] = place?.path.split('/') ?? [];
  try {
    if (!place || !owner || !name || rest.length > 0)
      throw new AppRefused(`GitHub has no such repository: ${repository}. Check the URL.`, 'repository-not-found');
    const installation = await request(deps, given, { path: `repos/${owner}/${name}/installation` });
    const { id } = await read(installation, installationModel);
    const body = { repositories: [name], permissions: { contents: 'read' } };
    const created = await request(deps, given, { path: `app/installations/${id}/access_tokens`, body });
    const { token, expires_at: expiresAt } = await read(created, tokenModel);
    return { place, username: 'x-access-token', token, expires_at: Date.parse(expiresAt) || null };
  } catch (error) {
    if (error instanceof AppRefused) return { refused: error.refused };
    throw error;
  }
}

/** Returns the API's URL. github.com's API has its own host; GitHub Enterprise Server's API is under a path. */
export function githubApi({ api_url: apiUrl }: GithubApp, { host }: SourcePlace): string {
  if (apiUrl !== null) return `${apiUrl.replace(/(?<!\/)\/+$/, '')}/`;
  return host === 'github.com' ? 'https://api.github.com/' : `https://${host}/api/v3/`;
}

async function request(
  deps: AppDeps,
  given: GivenApp,
  { path, body }: { path: string; body?: object },
): Promise<Response> {
  const target = parseExternalUrl(`${githubApi(given.app, given.place)}${path}`, deps);
  if ('refused' in target) throw new AppRefused(`The URL of the GitHub API is not allowed: ${target.refused}`);
  const key = await readAppKey(given.privateKey);
  if (!key) throw new AppRefused(`The key of GitHub App ${given.app.app_id} can't be read. ${fixOf(given)}`);
  const now = Math.floor(deps.clock.now() / 1000);
  // Issued a minute ago, in case GitHub's clock is behind. Expires within GitHub's limit of ten minutes.
  const jwt = await signedToken(key, { iat: now - 60, exp: now + 480, iss: given.app.app_id });
  const response = await deps
    .fetch(target.url.href, {
      organization: given.organizationId,
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${jwt}`,
        'content-type': 'application/json',
        'user-agent': 'Slipway-Sources/1',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(sourceLimits.appRequestMs),
    })
    .catch(() => {
      throw new AppRefused(`${target.url.host} does not answer. Retry later.`, 'repository-unreachable');
    });
  if (response.ok) return response;
  await response.body?.cancel();
  throw refusalOf(deps, given, { path, response, host: target.url.host });
}

function refusalOf(
  { clock }: AppDeps,
  given: GivenApp,
  { path, response, host }: { path: string; response: Response; host: string },
): AppRefused {
  const app = `GitHub App ${given.app.app_id}`;
  const { status, headers } = response;
  const skewMs = clock.now() - Date.parse(headers.get('date') ?? '');
  if (status === 401 && Math.abs(skewMs) > sourceLimits.appSkewMs) {
    return new AppRefused(
      `${host} refuses the key of ${app} (401): the clock of Slipway is ${formatDuration(Math.abs(skewMs))} ${skewMs > 0 ? 'ahead of' : 'behind'} that of ${host}. Correct the clock.`,
    );
  }
  if (status === 401)
    return new AppRefused(
      `${host} refuses the key of ${app} (401): it was deleted, or belongs to another App. ${fixOf(given)}`,
    );
  if (status === 404)
    return new AppRefused(
      `The repository does not exist, or ${app} is not installed for it. Check the URL, and the installation's repositories.`,
      'repository-not-found',
    );
  if (status === 422)
    return new AppRefused(
      `${app} may not read the repository (422). Give it the permission Contents: read, and accept it in the installation.`,
    );
  if (status === 403)
    return new AppRefused(`${host} refuses ${app} (403): its installation is suspended, or its requests are limited.`);
  return new AppRefused(`${host} answered ${status} to ${path.split('/')[0]}. Retry later.`, 'repository-unreachable');
}

function fixOf({ app, place }: GivenApp): string {
  return `Set its key again: \`slipway sources rotate ${formatPlace(place)} --github-app ${app.app_id} --key FILE\`.`;
}

async function read<Output>(response: Response, model: z.ZodType<Output>): Promise<Output> {
  const text = await response.text();
  const parsed = model.safeParse(text.length > sourceLimits.appAnswerCharsMax ? undefined : parseJson(text));
  if (parsed.success) return parsed.data;
  throw new AppRefused("GitHub's API gave an undocumented response. Check its URL.", 'repository-unreachable');
}
