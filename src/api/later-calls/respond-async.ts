// Accepts calls with `Prefer: respond-async`, which are answered later (RFC 7240 §4.1).
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { requireScope } from '../../access/actor.ts';
import { laterCalls } from '../../contract/limits/serving.ts';
import { callPriorities } from '../../contract/states.ts';
import { type ExternalUrlRules, parseExternalUrl } from '../../core/external-url.ts';
import { Problem } from '../../core/problem.ts';
import { acceptLater, type LaterRequest } from '../../serve/later/accept.ts';
import { laterCallJson } from '../../serve/later/call-json.ts';
import { type AppEnv, requireActor } from '../context/context.ts';
import { json } from '../openapi/route-definitions.ts';
import { invalidRequest } from '../problems/problem-response.ts';
import { callDeps, timeoutHeaders } from '../requests/call-deps.ts';
import { callerKeyHeader } from '../requests/chosen-version.ts';
import { laterCallModel } from './later-call-wire.ts';

const preference = 'respond-async';
const expiresSecondsMax = laterCalls.expiresInMaxMs / 1000;

const laterHeaders = z.object({
  prefer: z.string().max(1000).optional().openapi({
    description:
      '`respond-async`: the call is accepted with 202, and its answer is available at the URL in `Location` (RFC 7240)',
    example: 'wait=10',
  }),
  'slipway-expires-in': z
    .string()
    .regex(/^(?:[1-9]\d{0,3}|[1-7]\d{4}|8[0-5]\d{3}|86[0-3]\d{2}|86400)$/, {
      message: `must be a number of seconds, at most ${expiresSecondsMax}`,
    })
    .optional()
    .openapi({
      description: `For a later call: seconds within which it must start, at most ${expiresSecondsMax}. Default: ${laterCalls.expiresInMs / 1000}.`,
      example: '3600',
    }),
  'slipway-priority': z
    .enum(callPriorities)
    .optional()
    .openapi({ description: 'For a later call: `low` waits in a separate queue.', example: 'low' }),
  'slipway-callback': z.string().max(2048).optional().openapi({
    description:
      "For a later call: URL that receives the result, which must be https on port 443 of a public host. Needs the namespace's callback secret.",
    example: 'https://hooks.example.com/results',
  }),
});

/** Headers for a route that calls a plugin. */
export const callHeaders = timeoutHeaders.extend(callerKeyHeader.shape).extend(laterHeaders.shape);

export const acceptedLater = json(
  "Accepted. The call's answer will be available at the URL in `Location`",
  laterCallModel,
);

/** Preferences are separated by commas, and may have parameters (RFC 7240 §2). */
export function prefersLater({ req }: Pick<Context, 'req'>): boolean {
  const preferences = (req.header('prefer') ?? '').split(',').map((item) => item.split(';')[0]?.trim().toLowerCase());
  return preferences.includes(preference);
}

/** Accepts the call, and sets the response headers. */
export async function acceptCall(c: Context<AppEnv>, request: Pick<LaterRequest, 'callee' | 'body'>) {
  requireScope(requireActor(c), 'plugins:invoke');
  const read = laterHeaders.safeParse(c.req.header());
  if (!read.success) throw invalidRequest(read.error, 'header');
  const {
    'slipway-expires-in': expiresIn,
    'slipway-priority': priority = 'normal',
    'slipway-callback': callback,
  } = read.data;
  const expiresInMs = expiresIn === undefined ? laterCalls.expiresInMs : Number(expiresIn) * 1000;
  const callbackUrl = callback === undefined ? null : callbackUrlOf(c.var.deps, callback);
  const call = await acceptLater(callDeps(c), requireActor(c), { ...request, priority, expiresInMs, callbackUrl });
  c.header('location', `/v1/calls/${call.id}`);
  c.header('preference-applied', preference);
  return laterCallJson(call);
}

/** Checks the URL like a webhook's. Its host name is resolved when the callback is sent. */
function callbackUrlOf(rules: ExternalUrlRules, text: string): string {
  const target = parseExternalUrl(text, rules);
  if ('url' in target) return target.url.href;
  const message = `The callback URL is not allowed: ${target.refused}`;
  const field = { path: ['header', 'slipway-callback'], message, type: 'url_refused' };
  throw new Problem('invalid-request', message, { fields: [field] });
}
