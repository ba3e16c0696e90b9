// Asks issuers for their documents, with one request in flight for each issuer in an isolate, because anyone can send tokens of an issuer
// that doesn't answer. Keyed by the issuer's row: another row with the same URL shares nothing with it.
import { issuerLimits } from '../../../contract/features/identity/limits.ts';
import type { IssuerId } from '../../../core/ids.ts';
import { Problem } from '../../../core/problem.ts';
import type { Deps } from '../../../deps.ts';
import { TokenRefused } from './token-refused.ts';

export interface Asked<Value> {
  /** The last answer that could be read. */
  read: { value: Value; at: number } | null;
  /** When the issuer was last asked. */
  askedAt: number;
  /** Why the last attempt failed. */
  failure: TokenRefused | null;
  /** Another request asks until then. 0: none does. */
  askingUntil: number;
  waiting: number;
}

export type AskedIssuers<Value> = Map<IssuerId, Asked<Value>>;

export interface Question<Value> {
  /** Whether what was read is old or doesn't suffice. */
  isDue(read: NonNullable<Asked<Value>['read']>): boolean;
  /** Throws a TokenRefused if the issuer can't be read. */
  ask(): Promise<Value>;
}

/** Returns what is known, even while a request asks again. If nothing is known, the other requests wait for its answer. */
export async function askIssuer<Value>(
  { clock }: Pick<Deps, 'clock'>,
  issuers: AskedIssuers<Value>,
  id: IssuerId,
  question: Question<Value>,
): Promise<Asked<Value>> {
  const now = clock.now();
  const known = issuers.get(id);
  if (known && known.askingUntil > now) return known.read ? known : waitFor(clock, known);
  if (known && !mayAsk(known, question, now)) return known;
  const asked = known ?? { read: null, askedAt: now, failure: null, askingUntil: 0, waiting: 0 };
  Object.assign(asked, { askedAt: now, askingUntil: now + issuerLimits.askingMs });
  keepNewest(issuers, id, asked);
  try {
    const value = await question.ask();
    Object.assign(asked, { read: { value, at: now }, failure: null });
  } catch (error) {
    if (!(error instanceof TokenRefused)) throw error;
    asked.failure = error;
  } finally {
    Object.assign(asked, { askedAt: clock.now(), askingUntil: 0 });
  }
  return asked;
}

function mayAsk<Value>({ askedAt, failure, read }: Asked<Value>, { isDue }: Question<Value>, now: number): boolean {
  const pauseMs = failure ? issuerLimits.failureMs : issuerLimits.keysAgainMs;
  return now - askedAt >= pauseMs && (!read || isDue(read));
}

/** A request can't wait for another request's answer itself. */
async function waitFor<Value>(clock: Deps['clock'], asked: Asked<Value>): Promise<Asked<Value>> {
  if (asked.waiting >= issuerLimits.waitingMax)
    throw new Problem('rate-limited', 'Too many requests wait for the signing keys of this issuer', {
      retryAfterSeconds: issuerLimits.askingMs / 1000,
    });
  asked.waiting += 1;
  try {
    while (asked.askingUntil > clock.now()) await new Promise((resolve) => setTimeout(resolve, pollMs));
  } finally {
    asked.waiting -= 1;
  }
  return asked;
}

const pollMs = 25;

function keepNewest<Value>(issuers: AskedIssuers<Value>, id: IssuerId, asked: Asked<Value>): void {
  issuers.delete(id);
  issuers.set(id, asked);
  const [oldest] = issuers.keys();
  if (oldest && issuers.size > issuerLimits.cacheSize) issuers.delete(oldest);
}
