// Parses a repository URL with an optional ref: `https://git.example.com/acme/upper.git@v1.2.0`.
import { Failure } from '../failures/failure.ts';

export interface RepositoryRef {
  repository: string;
  ref: string | undefined;
}

/** An @ before the host does not start a ref. */
const pattern = /^(?<repository>https?:\/\/[^/]+\/[^@]+)(?:@(?<ref>[^@]+))?$/;

export function parseRepositoryRef(text: string): RepositoryRef {
  const { repository, ref } = pattern.exec(text)?.groups ?? {};
  if (repository !== undefined) return { repository, ref };
  throw new Failure('usage', `'${text}' is not a Git repository URL`, {
    hint: 'Use https://HOST/PATH or https://HOST/PATH@REF.',
  });
}
