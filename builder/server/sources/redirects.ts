// Where a repository has moved to. Git is never told to follow: each hop is looked up here, and checked like the first URL.
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIPv6, type LookupFunction } from 'node:net';
import { usesProxy } from '../sandbox/trusted-program.ts';
import type { Repository } from './repository.ts';

const lookMs = 10_000;
const service = '/info/refs?service=git-upload-pack';

/** The URL that the repository's own redirects to, unchecked; undefined for none. */
export function findRedirect({ url, address }: Repository): Promise<string | undefined> {
  const asked = new URL(`${url}${service}`);
  const request = asked.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    if (usesProxy()) return resolve(undefined);
    const sent = request(asked, { timeout: lookMs, ...(address === undefined ? {} : { lookup: always(address) }) });
    const end = (found: string | undefined) => {
      sent.destroy();
      resolve(found);
    };
    sent.on('response', ({ statusCode = 0, headers: { location } }) =>
      end(statusCode >= 300 && statusCode < 400 && location ? repositoryOf(location, asked) : undefined),
    );
    sent.on('error', () => end(undefined));
    sent.on('timeout', () => end(undefined));
    sent.end();
  });
}

function always(address: string): LookupFunction {
  const family = isIPv6(address) ? 6 : 4;
  return (_name, { all }, found) => (all ? found(null, [{ address, family }]) : found(null, address, family));
}

function repositoryOf(location: string, asked: URL): string | undefined {
  if (!URL.canParse(location, asked.href)) return undefined;
  const { href } = new URL(location, asked);
  return href.endsWith(service) ? href.slice(0, -service.length) : undefined;
}
