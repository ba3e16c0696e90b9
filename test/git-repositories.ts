// Serves Git repositories on loopback for tests in workerd, which can neither listen on a port nor run Git. POST /commits/NAME adds a
// commit to a repository, and creates the repository if necessary. POST /tokens/NAME makes a repository private, so that only requests
// with one of these tokens can read it. All repositories are also served over SSH to the holder of one key.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { TestProject } from 'vitest/node';
import { z } from 'zod';
import { GitServer, type Repository } from './builder/sources/git-server.ts';
import { newKeyPair, SshServer } from './builder/sources/ssh-server.ts';

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
  const tokens = new Map<string, string[]>();
  const protect = (name: string, body: string) => tokens.set(name, z.array(z.string()).parse(JSON.parse(body))).size;
  git.intercept = (request, response) => {
    const [, action, name = ''] = /^\/(commits|tokens)\/([\w-]+)$/.exec(request.url ?? '') ?? [];
    if (action === undefined) return refusesToken(tokens, request, response);
    const act = action === 'commits' ? commit : protect;
    text(request)
      .then((body) => response.end(JSON.stringify(act(name, body))))
      .catch((cause: unknown) => response.writeHead(500).end(String(cause)));
    return true;
  };
  const key = newKeyPair();
  const ssh = await SshServer.start(git.folder);
  ssh.accepted = [key.public];
  project.provide('repositories', { url: git.url });
  project.provide('ssh', { host: ssh.host, hostKey: ssh.hostKey.public, privateKey: key.private });
  return async () => {
    await ssh.close();
    await git.close();
  };
}

/** Refuses a request to a private repository if it has none of the repository's tokens, whatever its username. */
function refusesToken(
  tokens: ReadonlyMap<string, string[]>,
  { headers, url = '' }: IncomingMessage,
  response: ServerResponse,
): boolean {
  const accepted = tokens.get(/^\/([\w-]+)\.git\//.exec(url)?.[1] ?? '');
  const sent = Buffer.from(headers.authorization?.replace(/^Basic /, '') ?? '', 'base64').toString('utf8');
  if (!accepted || accepted.includes(sent.replace(/^[^:]*:/, ''))) return false;
  response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
  return true;
}
