// Defines POST /egress of the builder, which sends a request to a URL that a user gave. The builder resolves the name, refuses
// addresses that are not public, and connects to one that it checked (decision 39). It follows no redirects.
import { z } from 'zod';
import { builderLimits } from '../limits/builder.ts';
import { hostedFor } from './hosted-for.ts';
import { BuilderError } from './instances.ts';

/** Headers that describe the connection, or decide who is asked, are the builder's own. */
const connectionHeader =
  /^(?:connection|content-length|expect|host|keep-alive|proxy-[a-z-]+|te|trailer|transfer-encoding|upgrade)$/;
const requestHeader = z
  .string()
  .regex(/^[a-z0-9-]{1,64}$/)
  .refine((name) => !connectionHeader.test(name), 'is a header of the connection');

export const egressRequestSchema = z.strictObject({
  /** Exactly as the user entered it. The builder validates it (docs/security.md). */
  url: z.string(),
  method: z.enum(['GET', 'POST', 'PUT']),
  headers: z.record(
    requestHeader,
    z
      .string()
      .max(8192)
      .regex(/^[\x20-\x7e]*$/),
  ),
  /** Null: the request has no body. */
  body: z.string().nullable(),
  /** The body is given as base64, because it is no text. */
  encoding: z.literal('base64').optional(),
  /** How long the answer may take. Left out: as long as that of a webhook (`egressLimits`). */
  timeout_ms: z.int().min(1).max(builderLimits.laterCallMsMax).optional(),
  organization: hostedFor,
});
export type EgressRequest = z.infer<typeof egressRequestSchema>;

/** The headers of a response that are passed on. */
export const egressResponseHeaders = ['content-length', 'content-type', 'location', 'retry-after'] as const;

/** The head of a response. */
export const egressAnswerSchema = z.object({
  status: z.int().min(200).max(599),
  headers: z.partialRecord(z.enum(egressResponseHeaders), z.string()),
});
export type EgressAnswer = z.infer<typeof egressAnswerSchema>;

/** The header of a 200 `application/octet-stream` response that carries the `EgressAnswer` as ASCII JSON; the body is the response's. */
export const egressHeader = 'slipway-egress';

/** The 200 `application/json` response if there is none to pass on: a result, not a builder error. */
export const egressRefusalSchema = z.object({
  refused: z.object({
    /** `not-allowed`: no connection was made. `unreachable`: no connection, or not an HTTP response. */
    code: z.enum(['not-allowed', 'unreachable']),
    /** For the user. It does not say how a connection failed, since that would reveal which ports answer. */
    message: z.string(),
  }),
});
export type EgressRefusal = z.infer<typeof egressRefusalSchema>;

/** Thrown by `Deps.fetch` if the URL leads to an address that is not allowed. Nothing was sent. */
export class TargetNotAllowed extends Error {
  override readonly name = 'TargetNotAllowed';
}

/** Returns why a request failed, for the user: `failure`, unless its target is not allowed, or the builder did not send it. */
export function connectionFailure(cause: unknown, failure: string): string {
  if (cause instanceof BuilderError) return 'Slipway could not send the request, because its builder is not available';
  return cause instanceof TargetNotAllowed ? cause.message : failure;
}
