// The builder of the tests, which fetches private repositories from a server of the tests.
import type { Deps } from '../../../src/deps.ts';
import { testApp } from '../deps.ts';

/**
 * A builder that takes the repository of the same last name from this server, if it gets a credential, and adds what it was asked for to
 * `fetched`. The path of a Go module needs a public host, and over SSH the server of the tests has another port.
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
