// Calls a plugin in a namespace, in the mode that the caller prefers: immediate, streamed, or answered later.
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { requireScope } from '../../access/actor.ts';
import { callSchema } from '../../contract/builder/instances.ts';
import { emptyObject } from '../../core/json/text.ts';
import { type Invocation, invoke } from '../../serve/invoke.ts';
import { versionHeader } from '../../serve/releases/draw.ts';
import type { ExtractorCallee } from '../../serve/route-lookup.ts';
import { invokeStreaming } from '../../serve/stream.ts';
import { type AppEnv, requireActor } from '../context/context.ts';
import { acceptCall, prefersLater } from '../later-calls/respond-async.ts';
import { callDeps } from '../requests/call-deps.ts';
import { textAt } from '../requests/json-body.ts';
import { acceptsStream, callStreamResponse } from '../responses/call-stream.ts';
import { callAnswer } from '../responses/json-answer.ts';

export const callModel = z
  .object({ inputs: callSchema.shape.inputs.nullish(), parameters: callSchema.shape.parameters.nullish() })
  .nullable();

export const callQuery = z.object({
  check_output: z.enum(['true', 'false']).optional().openapi({
    description:
      "Checks the response against the manifest's output_schema and features. A mismatch returns the status `error` together with the response. A call with this check isn't streamed.",
  }),
});

/** Fields of the call that hold the user's own JSON. */
export const callTexts = ['inputs', 'parameters'];

/** Parts of a call that `callReader` reads the same way for both routes. */
export const callParts = { query: callQuery, body: callModel, noBody: null, texts: callTexts };

interface CallRequest {
  callee: ExtractorCallee;
  query: z.infer<typeof callQuery>;
}

/** Calls the plugin, and responds with the invocation as `wire` renders it. A call whose answer must be checked isn't streamed. */
export async function answerCall(
  c: Context<AppEnv>,
  { callee, query }: CallRequest,
  wire: (invocation: Invocation) => object,
): Promise<Response> {
  const call = { inputs: textAt(c, 'inputs') ?? emptyObject, parameters: textAt(c, 'parameters') ?? emptyObject };
  if (prefersLater(c)) return c.json(await acceptCall(c, { callee, body: call }), 202);
  const actor = requireActor(c);
  requireScope(actor, 'plugins:invoke');
  const checkOutput = query.check_output === 'true';
  const answered =
    checkOutput || !acceptsStream(c)
      ? await invoke(callDeps(c), actor, callee, { ...call, checkOutput })
      : await invokeStreaming(callDeps(c), actor, callee, call);
  if ('read' in answered) return callStreamResponse(answered, wire);
  return callAnswer(wire(answered), versionHeader(answered.route.version));
}
