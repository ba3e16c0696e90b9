// Parses a repository URL with an optional ref: `https://git.example.com/acme/upper.git@v1.2.0`.
import { existsSync } from 'node:fs';
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
    hint: existsSync(text)
      ? `The server fetches from Git: push the folder to a repository and install its https URL. \`slipway test ${text}\` builds and tries it here.`
      : 'Use https://HOST/PATH or https://HOST/PATH@REF.',
  });
}
