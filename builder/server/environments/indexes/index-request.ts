// Sends requests to an organization's Python index. Only the index's host gets the credential, regardless of links and redirects, and
// only public addresses are reachable (egress.ts).
import type { Readable } from 'node:stream';
import { indexSource, type PythonIndex } from '../../../../src/contract/builder/python-indexes.ts';
import { indexLimits } from '../../../../src/contract/limits/egress.ts';
import type { Egress } from '../../egress/egress.ts';
import { EnvironmentFailed } from '../environment-failed.ts';

export interface IndexAnswer {
  /** The final URL after all redirects. */
  url: URL;
  headers: Partial<Record<string, string>>;
  body: Readable;
}

export interface IndexRequest {
  index: PythonIndex;
  organization: string | undefined;
  url: URL;
  accept: string;
  /** True if the request may go to another host, which then gets no credential: allowed for files, not for pages. */
  mayLeave: boolean;
}

/** Returns undefined if the index responds with 404. Rejects with an EnvironmentFailed. */
export async function askIndex(
  egress: Egress,
  request: IndexRequest,
  signal: AbortSignal,
): Promise<IndexAnswer | undefined> {
  const { index, organization, accept, mayLeave } = request;
  const { origin } = new URL(index.url);
  let { url } = request;
  for (let hops = 0; hops <= indexLimits.redirects; hops++) {
    const isOwn = url.origin === origin;
    if (!isOwn && !mayLeave) throw movedAway(index);
    const headers = { accept, 'user-agent': 'Slipway-Packages/1', ...(isOwn ? authorization(index) : {}) };
    const sent = await egress.send({ url: url.href, method: 'GET', headers, organization }, signal);
    if ('refused' in sent) throw isOwn ? notReached(index, sent.refused) : fileNotReached(index, url);
    const { answer, body } = sent;
    if (answer.status === 200) return { url, headers: answer.headers, body };
    body.resume().destroy();
    if (answer.status === 404) return undefined;
    const target =
      answer.status >= 300 && answer.status < 400 ? URL.parse(answer.headers.location ?? '', url.href) : null;
    if (!target) throw isOwn ? refusalOf(index, answer.status) : fileNotReached(index, url);
    url = target;
  }
  throw new EnvironmentFailed('index-refused', `${nameOf(index)} redirects too many times.`);
}

function authorization({ credential }: PythonIndex): Record<string, string> {
  if ('refused' in credential) throw new EnvironmentFailed('index-refused', credential.refused);
  const { username, token } = credential;
  return { authorization: `Basic ${Buffer.from(`${username}:${token}`).toString('base64')}` };
}

function nameOf({ url }: PythonIndex): string {
  return `The index ${url} of your organization`;
}

function refusalOf(index: PythonIndex, status: number): EnvironmentFailed {
  const source = indexSource(index.url);
  const fix = `Set a new token: \`slipway sources rotate ${source}\`.`;
  const expiresAt = 'token' in index.credential ? index.credential.expires_at : null;
  if (status === 401 && expiresAt !== null && expiresAt <= Date.now())
    return new EnvironmentFailed(
      'index-refused',
      `${nameOf(index)} rejects its token (401), which expired at ${new Date(expiresAt).toISOString()}. ${fix}`,
    );
  if (status === 401 || status === 403)
    return new EnvironmentFailed('index-refused', `${nameOf(index)} rejects its token (${status}). ${fix}`);
  return new EnvironmentFailed('index-unreachable', `${nameOf(index)} answers ${status}. Retry later.`);
}

function notReached(index: PythonIndex, { code, message }: { code: string; message: string }): EnvironmentFailed {
  return code === 'not-allowed'
    ? new EnvironmentFailed('index-refused', `${nameOf(index)} can't be reached: ${message}.`)
    : new EnvironmentFailed('index-unreachable', `${nameOf(index)} does not respond. Check it, or retry later.`);
}

/** Omits the other host's response: the index chose that host, and the response would reveal which ports are open on which hosts. */
function fileNotReached(index: PythonIndex, { host }: URL): EnvironmentFailed {
  return new EnvironmentFailed(
    'index-unreachable',
    `${nameOf(index)} links to a file at ${host}, which could not be fetched.`,
  );
}

function movedAway(index: PythonIndex): EnvironmentFailed {
  return new EnvironmentFailed(
    'index-refused',
    `${nameOf(index)} redirects to another host, which does not get its token. Add the index at that host.`,
  );
}
