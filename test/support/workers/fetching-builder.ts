// Provides the test builder, which here fetches private repositories from a test server.
import type { Deps } from '../../../src/deps.ts';
import { testApp } from '../deps.ts';

/**
 * Returns a builder that, if it gets a credential, fetches the repository of the same base name from this server, and records the
 * requests in `fetched`. A Go module path needs a public host, and the test server uses a different port for SSH.
 */
export function builderFetchingFrom(origin: string, fetched: string[] = []): Deps['builder'] {
  const { builder } = testApp().deps;
  const { host } = new URL(origin);
  const fetchSource: Deps['builder']['fetchSource'] = (request) => {
    const { credential, repository } = request;
    fetched.push(repository);
    if (!credential) return builder.fetchSource(request);
    const there = `${origin}/${repository.replace(/^.*\//, '')}`;
    return builder.fetchSource({
      ...request,
      repository: there,
      credential: { ...credential, place: { host, path: '' } },
    });
  };
  return { ...builder, fetchSource };
}
