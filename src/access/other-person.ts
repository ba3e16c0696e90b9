// Requires that a person other than the author decides: about a version, or about what a set of tools says.
import { type SQL, sql } from 'drizzle-orm';
import type { ActorRef } from '../contract/actor.ts';
import { authorIds } from '../contract/events/authors.ts';
import { Problem } from '../core/problem.ts';
import type { Deps } from '../deps.ts';
import { peopleOf } from '../points.ts';
import type { Actor } from './actor.ts';

/** The subject of a decision, in words. */
interface Subject {
  /** Such as "a version". */
  kind: string;
  /** Such as "this version". */
  what: string;
  /** How it came to be: "published". */
  made: string;
  /** How its author takes it back. */
  withdraw: string;
}

/** SQL: one of the authors has the actor's e-mail address: at two issuers, one person has two accounts. `author` is a stored actor. */
export function isNamesake({ features }: Pick<Deps, 'features'>, { personId }: Actor, author: SQL): SQL {
  const people = peopleOf({ features });
  if (!people || personId === null) return sql`false`;
  const ids = sql`(select json_extract(${author}, '$.id') union all select value from json_each(${author}, '$.made_by'))`;
  return people.isNamesake(personId, ids);
}

/** Throws unless a person acts who neither made it nor set up what did. */
export function requireOtherPerson(
  { personId }: Actor,
  author: ActorRef,
  subject: Subject,
  hasNamesake: boolean,
): void {
  const { kind, what, withdraw } = subject;
  if (personId === null)
    throw new Problem('forbidden', `Only a person can approve or reject ${kind}, not a service key or a CI job`, {
      hint: 'Sign in to the console as a person, or use a personal key.',
    });
  const isAuthor = authorIds(author).includes(personId);
  if (!isAuthor && !hasNamesake) return;
  const reason = isAuthor
    ? reasonAgainst(personId, author, subject)
    : `An account with your e-mail address is an author of ${what}`;
  throw new Problem('forbidden', `${reason}. Another person has to approve or reject it.`, {
    hint: `Ask someone else with the scope \`versions:approve\`. ${withdraw}`,
  });
}

/** Says why the person counts as the author. */
function reasonAgainst(personId: string, { id, type }: ActorRef, { made, what }: Subject): string {
  if (type === 'person' && id !== personId) return 'You are an author of the sources that were published again';
  const setUp: Partial<Record<ActorRef['type'], string>> = {
    key: 'made or rotated the service key that',
    hook: 'made or changed the deploy hook that',
    ci: 'added the trusted publisher or the issuer of the CI job that',
  };
  return ['You', setUp[type], made, what].filter((part) => part !== undefined).join(' ');
}
