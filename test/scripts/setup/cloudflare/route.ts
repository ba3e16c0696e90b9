// A route in the fake Cloudflare API, with its required permission.
import type { Account, Permission } from './account.ts';
import type { Answer, Request } from './answers.ts';

export interface Route {
  method: string;
  pattern: RegExp;
  needs: Permission;
  answer(account: Account, groups: Record<string, string>, request: Request): Answer;
}

/** `/queues/:id` names a group in the path below the account. */
export function route(method: string, path: string, needs: Permission, answer: Route['answer']): Route {
  const source = path.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)');
  const below =
    path === '/accounts' || path.startsWith('/zones') || path === '/user' ? '' : '/accounts/(?<account>[^/]+)';
  return { method, pattern: new RegExp(`^${below}${source}$`), needs, answer };
}
