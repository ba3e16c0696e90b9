// What a handler finds in its context.
import type { Context } from 'hono';
import type { Actor } from '../access/actor.ts';
import { notFound } from '../access/actor.ts';
import type { KeyCache } from '../access/key-cache.ts';
import { isId, type NamespaceId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import type { Deps } from '../deps.ts';
import type { RouteCache } from '../serve/route.ts';

export interface AppEnv {
  Bindings: object;
  Variables: {
    deps: Deps;
    requestId: string;
    /** Undefined: no key was sent. A wrong key never gets as far as a handler. */
    actor: Actor | undefined;
    /** A refusal in the words of the surface that was asked. */
    refused: (problem: Problem, requestId: string) => Response;
    caches: { keys: KeyCache; routes: RouteCache };
  };
}

export function actorOf(c: Context<AppEnv>): Actor {
  const { actor } = c.var;
  if (!actor) throw new Problem('unauthorized', 'No API key was sent: this needs `Authorization: Bearer sk_…`');
  return actor;
}

/** Text that isn't a namespace id names a namespace that doesn't exist. */
export function namespaceIdOf(text: string): NamespaceId {
  if (!isId('namespace', text)) throw notFound('namespace', text);
  return text;
}
