// Defines the builder's POST /egress, which sends a request to a user-supplied URL. The builder resolves the name, refuses non-public
// addresses, and connects to an address that it checked (decision 39). It follows no redirects. The body is a line of JSON, an
// EgressRequest, followed by the body to send, unchanged; nothing follows the line if the request has no body.
import { z } from 'zod';
import { egressTimeoutMsMax } from '../limits/egress.ts';
import { BuilderError } from './errors.ts';
import { hostedFor } from './hosted-for.ts';

/** Headers that describe the connection or determine its target; only the builder sets them. */
const connectionHeader =
  /^(?:connection|content-length|expect|host|keep-alive|proxy-[a-z-]+|te|trailer|transfer-encoding|upgrade)$/;
const requestHeader = z
  .string()
  .regex(/^[a-z0-9-]{1,64}$/)
  .refine((name) => !connectionHeader.test(name), 'is a connection header');

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
  /** Response timeout. Defaults to a webhook's timeout (`egressLimits`). */
  timeout_ms: z.int().min(1).max(egressTimeoutMsMax).optional(),
  /** Set if the request may use a connection that an earlier one left open. Requires a server that keeps idle connections open for 10 s. */
  reuses_connection: z.literal(true).optional(),
  organization: hostedFor,
  /** The organization whose share of connections an installation's own request uses, such as a call to a shared Ray cluster. */
  share_of: hostedFor,
});
export type EgressRequest = z.infer<typeof egressRequestSchema>;

const encoder = new TextEncoder();

/** Returns the body of a POST /egress. */
export function egressFrame(
  request: EgressRequest,
  body: string | Uint8Array | null,
): Uint8Array<ArrayBuffer> | string {
  const line = `${JSON.stringify(request)}\n`;
  if (body === null || typeof body === 'string') return line + (body ?? '');
  const head = encoder.encode(line);
  const frame = new Uint8Array(head.length + body.length);
  frame.set(head);
  frame.set(body, head.length);
  return frame;
}

/** Response headers to pass on. */
export const egressResponseHeaders = ['content-length', 'content-type', 'location', 'retry-after'] as const;

/** A response without its body. */
export const egressAnswerSchema = z.object({
  status: z.int().min(200).max(599),
  headers: z.partialRecord(z.enum(egressResponseHeaders), z.string()),
});
export type EgressAnswer = z.infer<typeof egressAnswerSchema>;

/**
 * The header of a 200 `application/octet-stream` response that carries the `EgressAnswer` as ASCII JSON. The body is that of the
 * fetched response.
 */
export const egressHeader = 'slipway-egress';

/** The 200 `application/json` response if there is nothing to pass on. It is a result, not a builder error. */
export const egressRefusalSchema = z.object({
  refused: z.object({
    /**
     * `not-allowed`: no connection was made. `unreachable`: the connection failed, or the response wasn't HTTP. `busy`: nothing was
     * sent, because too many of the organization's requests wait, or this one has waited for too long.
     */
    code: z.enum(['not-allowed', 'unreachable', 'busy']),
    /** For the user. It doesn't say how the connection failed, since that would reveal which ports respond. */
    message: z.string(),
  }),
});
export type EgressRefusal = z.infer<typeof egressRefusalSchema>;

/** Thrown by `Deps.fetch` if the URL points to a forbidden address. Nothing was sent. */
export class TargetNotAllowed extends Error {
  override readonly name = 'TargetNotAllowed';
}

/** Thrown by `Deps.fetch` if too many of the organization's requests already wait for a connection. Nothing was sent. */
export class EgressBusy extends Error {
  override readonly name = 'EgressBusy';
}

/** Returns why a request failed, for the user: `failure`, unless its target is not allowed or the builder didn't send it. */
export function connectionFailure(cause: unknown, failure: string): string {
  if (cause instanceof BuilderError) return 'Slipway could not send the request, because its builder is not available';
  return cause instanceof TargetNotAllowed || cause instanceof EgressBusy ? cause.message : failure;
}
