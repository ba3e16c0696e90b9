// Defines a route in the fake Cloudflare API, with the permission that it requires.
import type { Account, Permission } from './account.ts';
import type { Answer, Request } from './answers.ts';

export interface Route {
  method: string;
  pattern: RegExp;
  needs: Permission;
  answer(account: Account, groups: Record<string, string>, request: Request): Answer;
}

/** `/queues/:id` is below the account's path, and captures the group `id`. */
export function route(method: string, path: string, needs: Permission, answer: Route['answer']): Route {
  const source = path.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)');
  const below =
    path === '/accounts' || path.startsWith('/zones') || path === '/user' ? '' : '/accounts/(?<account>[^/]+)';
  return { method, pattern: new RegExp(`^${below}${source}$`), needs, answer };
}
