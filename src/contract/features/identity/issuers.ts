// Defines issuers of ID tokens, and the conditions on the claims of their tokens.
import { z } from 'zod';

/** Uses of an issuer's tokens. */
export const issuerPurposes = ['ci', 'people'] as const;

/** Public issuers, by the names that are kept for them. Their jobs are anyone's. */
export const wellKnownIssuers = {
  github: 'https://token.actions.githubusercontent.com',
  gitlab: 'https://gitlab.com',
  buildkite: 'https://agent.buildkite.com',
  circleci: 'https://oidc.circleci.com',
  bitbucket: 'https://api.bitbucket.org',
  google: 'https://accounts.google.com',
} as const;

/** A condition on one claim of an ID token. A prefix ends where a name ends, so that `acme/` doesn't match `acme-evil/`. */
export const claimConditionSchema = z.union([
  z.strictObject({ claim: z.string().min(1).max(100), equals: z.string().min(1).max(500) }),
  z.strictObject({
    claim: z.string().min(1).max(100),
    prefix: z
      .string()
      .min(2)
      .max(500)
      .regex(/[/@:]$/, 'must end with `/`, `@` or `:`')
      .meta({ example: 'acme/' }),
  }),
]);
export type ClaimCondition = z.infer<typeof claimConditionSchema>;
