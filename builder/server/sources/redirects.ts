// Finds out where a repository has moved to. Git follows no redirects itself: each target is found here, and checked like the
// first URL.
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIPv6 } from 'node:net';
import { lookupOf } from '../egress/addresses.ts';
import { usesProxy } from '../sandbox/trusted-program.ts';
import type { Repository } from './repository.ts';

const timeoutMs = 10_000;
const service = '/info/refs?service=git-upload-pack';

/** Returns the URL that the repository redirects to, unchecked, or undefined if it doesn't redirect. */
export function findRedirect({ url, address }: Repository): Promise<string | undefined> {
  const serviceUrl = new URL(`${url}${service}`);
  const request = serviceUrl.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    if (usesProxy()) return resolve(undefined);
    const sent = request(serviceUrl, {
      timeout: timeoutMs,
      ...(address === undefined ? {} : { lookup: lookupOf([{ address, family: isIPv6(address) ? 6 : 4 }]) }),
    });
    const end = (target: string | undefined) => {
      sent.destroy();
      resolve(target);
    };
    sent.on('response', ({ statusCode = 0, headers: { location } }) =>
      end(statusCode >= 300 && statusCode < 400 && location ? repositoryOf(location, serviceUrl) : undefined),
    );
    sent.on('error', () => end(undefined));
    sent.on('timeout', () => end(undefined));
    sent.end();
  });
}

function repositoryOf(location: string, base: URL): string | undefined {
  if (!URL.canParse(location, base.href)) return undefined;
  const { href } = new URL(location, base);
  return href.endsWith(service) ? href.slice(0, -service.length) : undefined;
}
