// Serves Git repositories on loopback for tests in workerd, which can neither listen on a port nor run Git. A POST to
// /commits/NAME adds a commit to a repository, which it creates if necessary.
import { text } from 'node:stream/consumers';
import type { TestProject } from 'vitest/node';
import { z } from 'zod';
import { GitServer, type Repository } from './builder/sources/git-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    repositories: { url: string };
  }
}

const commitRequest = z.object({ files: z.record(z.string(), z.string()), tag: z.string() });

export default async function startGitServer(project: TestProject): Promise<() => Promise<void>> {
  const git = await GitServer.start();
  const repositories = new Map<string, Repository>();
  const commit = (name: string, body: string) => {
    const { files, tag } = commitRequest.parse(JSON.parse(body));
    const repository = repositories.get(name) ?? git.repository(name);
    repositories.set(name, repository);
    const hash = repository.commit(files);
    repository.git('tag', tag);
    return { repository: repository.url, commit: hash };
  };
  git.intercept = (request, response) => {
    const name = /^\/commits\/([\w-]+)$/.exec(request.url ?? '')?.[1];
    if (name === undefined) return false;
    text(request)
      .then((body) => response.end(JSON.stringify(commit(name, body))))
      .catch((cause: unknown) => response.writeHead(500).end(String(cause)));
    return true;
  };
  project.provide('repositories', { url: git.url });
  return () => git.close();
}
