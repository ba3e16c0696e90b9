// Defines the refusal of an ID token.
import { Problem } from '../../../core/problem.ts';

/** The message names the claim that differs, so only callers who may see the issuer get it. It never has a claim's value. */
export class TokenRefused extends Problem {
  /** The claim that differs. Null if the token has another fault. */
  readonly claim: string | null;
  /** The expected value and the token's, for the organization's events only. */
  readonly detail: string | null;

  constructor(reason: string, claim: string | null = null, detail: string | null = null) {
    super('token-refused', `The ID token is refused: ${reason}`, { details: { claim } });
    this.claim = claim;
    this.detail = detail;
  }
}
