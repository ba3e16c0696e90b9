// Lets a client of revision 2025-11-25 cancel a call, which it does by a message of its own. Nothing is stored: the session is a random text
// that the client sends back, and with the key, the place and the message's ID it makes the tag by which the builder knows the call. Clients
// count messages from 1, so without a session an ID could be another agent's.
import { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import { sha256Hex } from '../../core/digest.ts';
import type { CallDeps } from '../../serve/points.ts';

const sessionHeader = 'mcp-session-id';
const messageId = z.union([z.string(), z.number()]).optional().catch(undefined);

const sentMessage = z.looseObject({
  id: messageId,
  method: z.string().optional().catch(undefined),
  params: z.looseObject({ requestId: messageId }).catch({ requestId: undefined }),
});
export type SentMessage = z.infer<typeof sentMessage>;

export function readMessage(message: object): SentMessage {
  return sentMessage.parse({ params: {}, ...message });
}

export interface Sender {
  actor: Actor;
  request: Request;
}

/** Returns the tag of a message with this ID; undefined without a session. */
export async function tagOf({ actor, request }: Sender, id: SentMessage['id']): Promise<string | undefined> {
  const session = request.headers.get(sessionHeader);
  if (session === null || id === undefined) return undefined;
  return sha256Hex(JSON.stringify([actor.ref, new URL(request.url).pathname, session, id]));
}

/** Cancels the call that the message names, if it is a cancellation. */
export async function cancelNamed(
  { builder, log, requestId }: CallDeps,
  sender: Sender,
  { method, params }: SentMessage,
): Promise<void> {
  const tag = method === 'notifications/cancelled' ? await tagOf(sender, params.requestId) : undefined;
  if (tag === undefined) return;
  await builder
    .cancelCall(tag)
    .catch((cause: unknown) => log.warn('mcp.not_cancelled', { request_id: requestId, cause }));
}

/** Begins a session with the response to the first message. */
export function withSession({ method }: SentMessage, response: Response): Response {
  if (method !== 'initialize' || !response.ok) return response;
  const headers = new Headers(response.headers);
  headers.set(sessionHeader, crypto.randomUUID());
  return new Response(response.body, { status: response.status, headers });
}
