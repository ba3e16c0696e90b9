// Reads the pushed ref and its repository from a deploy hook request. Uses nothing else in the payload: Git resolves the commit.
import { z } from 'zod';
import type { HookProvider } from '../../contract/features/deploy-hooks/states.ts';
import { parseJson } from '../../core/json/parse.ts';

export interface Delivery {
  /** The provider's delivery ID. */
  key: string;
  /** The provider's event name. */
  event: string;
}

/** A pushed ref, and the URLs by which the payload may name its repository. */
export interface PushedRef {
  ref: string;
  repositories: string[];
}

/** Why a request triggers no deployment. */
export type IgnoredBecause = 'ping' | 'other-event' | 'deleted-ref' | 'no-ref';

export type Reading = { push: PushedRef } | { ignored: IgnoredBecause; ref: string | null };

interface ProviderHeaders {
  key: string[];
  event: string | null;
}

const headersOf: Record<HookProvider, ProviderHeaders> = {
  github: { key: ['x-github-delivery'], event: 'x-github-event' },
  gitea: { key: ['x-gitea-delivery'], event: 'x-gitea-event' },
  // Retries repeat the Idempotency-Key. GitLab before 17.4 sends none.
  gitlab: { key: ['idempotency-key', 'x-gitlab-event-uuid'], event: 'x-gitlab-event' },
  generic: { key: ['webhook-id'], event: null },
};

const keyPattern = /^[\x21-\x7e]{1,200}$/;
const eventPattern = /^[\x20-\x7e]{1,100}$/;

/** Returns the headers that identify a delivery, for messages. */
export function keyHeaders(provider: HookProvider): string[] {
  return headersOf[provider].key;
}

/** Returns undefined if a header is missing or malformed. */
export function readDelivery(provider: HookProvider, headers: Headers): Delivery | undefined {
  const names = headersOf[provider];
  const key = names.key.map((name) => headers.get(name)).find((value) => value !== null);
  const event = names.event === null ? 'push' : headers.get(names.event);
  if (key == null || event === null || !keyPattern.test(key) || !eventPattern.test(event)) return undefined;
  return { key, event };
}

const ref = z.string().min(1).max(300);
const url = z.string().max(2048);

const gitPush = z.object({
  ref,
  deleted: z.boolean().optional(),
  after: z.string().optional(),
  repository: z.object({ clone_url: url.optional(), html_url: url.optional() }),
});
const gitlabPush = z.object({
  ref,
  after: z.string().optional(),
  project: z.object({ git_http_url: url.optional(), web_url: url.optional(), http_url: url.optional() }),
});
const genericPush = z.object({ ref, repository: url });

/** The value of `after` in a push that deletes its ref. */
const noCommit = /^0+$/;

/** Parses the body after its signature was verified. Returns undefined if it doesn't match the provider's documented format. */
export function readPayload(provider: HookProvider, event: string, body: string): Reading | undefined {
  if (event === 'ping') return { ignored: 'ping', ref: null };
  if (!isPush(provider, event)) return { ignored: 'other-event', ref: null };
  const payload = parseJson(body);
  switch (provider) {
    case 'github':
    case 'gitea': {
      const push = gitPush.safeParse(payload).data;
      const { clone_url, html_url } = push?.repository ?? {};
      return (
        push && readingOf(push.ref, push.deleted === true || noCommit.test(push.after ?? ''), [clone_url, html_url])
      );
    }
    case 'gitlab': {
      const push = gitlabPush.safeParse(payload).data;
      const { git_http_url, http_url, web_url } = push?.project ?? {};
      return push && readingOf(push.ref, noCommit.test(push.after ?? ''), [git_http_url, http_url, web_url]);
    }
    case 'generic': {
      const push = genericPush.safeParse(payload).data;
      return push && readingOf(push.ref, false, [push.repository]);
    }
  }
}

function isPush(provider: HookProvider, event: string): boolean {
  return provider === 'gitlab' ? event === 'Push Hook' || event === 'Tag Push Hook' : event === 'push';
}

function readingOf(pushed: string, isDeletion: boolean, urls: (string | undefined)[]): Reading {
  if (!/^refs\/(?:heads|tags)\/./s.test(pushed)) return { ignored: 'no-ref', ref: pushed };
  if (isDeletion) return { ignored: 'deleted-ref', ref: pushed };
  return { push: { ref: pushed, repositories: urls.filter((one) => one !== undefined) } };
}

/** Returns whether both URLs name the same repository. Repository hosts ignore path case and a `.git` suffix. */
export function isSameRepository(one: string, other: string): boolean {
  const place = placeOf(one);
  return place !== undefined && place === placeOf(other);
}

function placeOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, host, pathname } = new URL(text);
  if (protocol !== 'https:' && protocol !== 'http:') return undefined;
  const path = pathname.replace(/(?<!\/)\/+$/, '').replace(/\.git$/i, '');
  return `${protocol}//${host}${path}`.toLowerCase();
}

/** Returns a repository's owner and name as provider APIs expect them. */
export function ownerAndName(repository: string): { owner: string; name: string } | undefined {
  const segments = new URL(repository).pathname.split('/').filter((segment) => segment !== '');
  const [owner, full] = segments.slice(-2);
  const name = full?.replace(/\.git$/i, '');
  // Without its suffix, "...git" would resolve to another path.
  return owner === undefined || name === undefined || /^\.{0,2}$/.test(name) ? undefined : { owner, name };
}
