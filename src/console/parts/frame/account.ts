// Follows the account that the browser is signed in as, which another tab or the switcher can change.
import type { QueryClient } from '@tanstack/react-query';
import type { AnyRouter } from '@tanstack/react-router';
import type { Schemas } from '../../data/api.ts';
import { forgetNamespace } from '../../data/namespace.ts';
import { endSession, sessionQuery } from '../../data/session.ts';
import { say } from '../toasts/toasts.tsx';
import { visible } from '../visible-text.ts';

type Account = Schemas['OwnApiKey'];

/** Identifies a person or a key in one organization. A person has another key in each session. */
export function accountId({ key_id, organization_id, person }: Account): string {
  return `${organization_id} ${person?.person_id ?? key_id}`;
}

/**
 * Reads the session again. If it is of another account, drops the page and the data of the one before. The server refuses changes that
 * a page of the account before still sends, since their CSRF token is of its session. If it has ended, asks the user to sign in.
 */
export async function followAccount(queries: QueryClient, router: AnyRouter): Promise<void> {
  const before = queries.getQueryData(sessionQuery.queryKey);
  if (!before) return;
  // A read that began earlier may answer with the session before. Several requests may be refused at once; the last one's read counts.
  await queries.cancelQueries(sessionQuery);
  const now = await queries.fetchQuery({ ...sessionQuery, staleTime: 0 }).catch(() => before);
  if (JSON.stringify(now) === JSON.stringify(before)) return;
  if (now === null) endSession(queries);
  const isOther = now !== null && accountId(now) !== accountId(before);
  if (isOther) await leaveAccount(queries, router, now);
  await router.invalidate();
  if (isOther)
    say(
      `This browser is now signed in as ${visible(now.person?.name ?? now.name)} in ${visible(now.organization_name)}.`,
    );
}

async function leaveAccount(queries: QueryClient, router: AnyRouter, next: Account): Promise<void> {
  forgetNamespace();
  queries.clear();
  queries.setQueryData(sessionQuery.queryKey, next);
  if (router.state.matches.some(({ routeId }) => routeId === '/signed-in')) await router.navigate({ to: '/' });
}
