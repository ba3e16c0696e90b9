// Signs a push as a Git provider does, for requests to deploy hooks.
import { createHmac, randomUUID } from 'node:crypto';

export const providers = ['github', 'gitlab', 'gitea', 'generic'] as const;
export type Provider = (typeof providers)[number];

export interface PushedRef {
  repository: string;
  /** The full name of the branch or tag. */
  ref: string;
  before: string;
  after: string;
}

export interface SignedPush {
  headers: Record<string, string>;
  body: string;
}

const noCommit = /^0+$/;

/** Returns the request with which a provider reports this push. `id` identifies the delivery. */
export function signedPush(provider: Provider, secret: string, push: PushedRef, id = randomUUID()): SignedPush {
  const body = JSON.stringify(payloadOf(provider, push));
  return { body, headers: { 'content-type': 'application/json', ...headersOf(provider, { secret, body, id, push }) } };
}

function payloadOf(provider: Provider, { repository, ref, before, after }: PushedRef): object {
  const page = repository.replace(/\.git$/, '');
  switch (provider) {
    case 'github':
    case 'gitea': {
      const flags = provider === 'github' ? { created: noCommit.test(before), deleted: noCommit.test(after) } : {};
      return { ref, before, after, ...flags, commits: [], repository: { clone_url: repository, html_url: page } };
    }
    case 'gitlab': {
      const project = { git_http_url: repository, web_url: page };
      return { object_kind: isTag(ref) ? 'tag_push' : 'push', ref, before, after, project };
    }
    case 'generic':
      return { ref, repository };
  }
}

interface Signing {
  secret: string;
  body: string;
  id: string;
  push: PushedRef;
}

function headersOf(provider: Provider, { secret, body, id, push }: Signing): Record<string, string> {
  const digest = createHmac('sha256', secret).update(body).digest('hex');
  switch (provider) {
    case 'github':
      return { 'x-github-event': 'push', 'x-github-delivery': id, 'x-hub-signature-256': `sha256=${digest}` };
    case 'gitea':
      return { 'x-gitea-event': 'push', 'x-gitea-delivery': id, 'x-gitea-signature': digest };
    case 'gitlab': {
      const event = isTag(push.ref) ? 'Tag Push Hook' : 'Push Hook';
      return { 'x-gitlab-event': event, 'idempotency-key': id, 'x-gitlab-token': secret };
    }
    case 'generic': {
      const timestamp = String(Math.floor(Date.now() / 1000));
      const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
      const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
      return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
    }
  }
}

function isTag(ref: string): boolean {
  return ref.startsWith('refs/tags/');
}
