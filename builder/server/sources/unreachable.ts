// Explains why a repository couldn't be read. Withholds Git's own message, which would reveal which ports respond on which hosts.
import { formatPlace, repositoryPlace } from '../../../src/contract/builder/source-places.ts';
import type { SourceCredential } from '../../../src/contract/builder/sources.ts';
import type { Remote } from './credential.ts';
import { SourceRefused } from './source-refused.ts';

export function unreachable(remote: Remote, errors: string): SourceRefused {
  const { url, credential, ssh } = remote;
  const { host } = new URL(url);
  if (ssh && credential) return unreachableBySsh(ssh.host, credential, errors);
  if (/Authentication failed|could not read (?:Username|Password)|returned error: 401/i.test(errors))
    return credential ? notAuthenticated(host, credential) : credentialMissing(url);
  if (credential && /returned error: 403/.test(errors))
    return new SourceRefused(
      'credential-refused',
      `${host} refuses to serve the repository (403). Check that the token for ${formatPlace(credential.place)} may read it.`,
    );
  if (/not found|returned error: (?:403|404|410)/i.test(errors)) return notFound(remote);
  if (credential && /returned error: 30\d/.test(errors))
    return new SourceRefused(
      'repository-unreachable',
      `${host} redirects to another place when it gets the credential, which is not sent there. Use the URL of that place.`,
    );
  return new SourceRefused(
    'repository-unreachable',
    'The repository does not respond to Git over HTTP. Check the URL, or retry later.',
  );
}

function unreachableBySsh(host: string, { place }: SourceCredential, errors: string): SourceRefused {
  const source = formatPlace(place);
  const rotate = `slipway sources rotate ${source} --deploy-key FILE --known-host LINE`;
  if (/host key verification failed|host identification has changed|no matching host key type/i.test(errors))
    return new SourceRefused(
      'host-key-changed',
      `The SSH host key of ${host} does not match any key in the credential for ${source}, so nothing was sent. If its operator replaced the key, set the new one: \`${rotate}\`.`,
    );
  if (/Permission denied|Too many authentication failures|key not added/i.test(errors))
    return new SourceRefused(
      'credential-refused',
      `${host} refuses the deploy key in the credential for ${source}. Add its public key to the repository, or set another key: \`${rotate}\`.`,
    );
  if (/not found|could not be found|not appear to be a git repository|does not exist/i.test(errors))
    return new SourceRefused(
      'repository-not-found',
      `The repository does not exist, or the credential for ${source} does not give access to it. Check the URL, and what the deploy key may read.`,
    );
  return new SourceRefused(
    'repository-unreachable',
    'The repository does not respond to Git over SSH. Check the URL, or retry later.',
  );
}

/**
 * Returns the refusal of a redirect to a place that the credential doesn't cover. A request there without the credential would be
 * pointless.
 */
export function movedAway({ place }: SourceCredential): SourceRefused {
  return new SourceRefused(
    'repository-not-taken',
    `The repository has moved to a place that the credential for ${formatPlace(place)} does not cover. Use the new URL, and add a credential for it.`,
  );
}

function notAuthenticated(host: string, { place, expires_at: expiresAt }: SourceCredential): SourceRefused {
  const source = formatPlace(place);
  const fix = `Set a new token: \`slipway sources rotate ${source}\`.`;
  if (expiresAt !== null && expiresAt <= Date.now())
    return new SourceRefused(
      'credential-expired',
      `The token of the credential for ${source} expired at ${new Date(expiresAt).toISOString()}, and ${host} refuses it (401). ${fix}`,
    );
  return new SourceRefused('credential-refused', `${host} refuses the credential for ${source} (401). ${fix}`);
}

function credentialMissing(url: string): SourceRefused {
  return new SourceRefused(
    'credential-missing',
    `${new URL(url).host} asks for a credential, and your organization has none for this repository: it is private or does not exist. Check the URL, or add a credential: \`slipway sources add ${suggestedSource(url)}\`.`,
  );
}

function notFound({ url, credential }: Remote): SourceRefused {
  return new SourceRefused(
    'repository-not-found',
    credential
      ? `The repository does not exist, or the credential for ${formatPlace(credential.place)} does not give access to it. Check the URL, and what the token may read.`
      : `The repository does not exist or is not public. Check the URL; if it is private, add a credential: \`slipway sources add ${suggestedSource(url)}\`.`,
  );
}

/** Returns the repository's folder, which is what one token usually covers. */
function suggestedSource(url: string): string {
  const place = repositoryPlace(url);
  return place ? formatPlace({ ...place, path: place.path.replace(/\/?[^/]*$/, '') }) : new URL(url).host;
}
