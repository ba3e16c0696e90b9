// A repository and what is wanted of it, as they are named in one word: `https://git.example.com/acme/upper.git@v1.2.0`.
import { Failure } from '../failure.ts';

export interface RepositoryRef {
  repository: string;
  ref: string | undefined;
}

/** The @ of an address before its host is none of a ref. */
const named = /^(?<repository>https?:\/\/[^/]+\/[^@]+)(?:@(?<ref>[^@]+))?$/;

export function repositoryRef(said: string): RepositoryRef {
  const { repository, ref } = named.exec(said)?.groups ?? {};
  if (repository !== undefined) return { repository, ref };
  throw new Failure('usage', `'${said}' is not the URL of a Git repository`, {
    hint: 'Write https://HOST/PATH, or https://HOST/PATH@REF.',
  });
}
