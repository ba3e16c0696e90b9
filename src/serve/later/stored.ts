// Stores the bodies and answers of calls that are answered later. Each run stores its answer in a place of its own, and the row says which
// run ended the call.
import { z } from 'zod';
import {
  type CallAnswer,
  callSchema,
  type Operation,
  type OperationAnswer,
  operationSchema,
} from '../../contract/builder/instances.ts';
import { type Json, jsonValue } from '../../contract/json.ts';
import type { LaterCallState } from '../../contract/states.ts';
import type { CallId } from '../../core/ids.ts';
import type { Deps } from '../../deps.ts';

const bodySchema = z.union([callSchema, operationSchema]);
export type LaterBody = z.infer<typeof callSchema> | Operation;
export type LaterAnswer = CallAnswer | OperationAnswer | { error: { code: string; message: string } };

const bodyKey = (id: CallId) => `later-calls/${id}/body`;
const answerKey = (id: CallId, run: number) => `later-calls/${id}/answer-${run}`;

type Store = Pick<Deps, 'blobs'>;

export async function storeBody({ blobs }: Store, id: CallId, body: LaterBody): Promise<void> {
  await blobs.put(bodyKey(id), JSON.stringify(body));
}

/** Undefined if it is gone. */
export async function readBody({ blobs }: Store, id: CallId): Promise<LaterBody | undefined> {
  const object = await blobs.get(bodyKey(id));
  return object ? bodySchema.parse(await object.json()) : undefined;
}

export async function storeAnswer({ blobs }: Store, id: CallId, run: number, answer: LaterAnswer): Promise<void> {
  await blobs.put(answerKey(id, run), JSON.stringify(answer));
}

/** Null if it has none. */
export async function answerOf(
  { blobs }: Store,
  { id, runs, status }: { id: CallId; runs: number; status: LaterCallState },
): Promise<Json> {
  const object = status === 'succeeded' || status === 'failed' ? await blobs.get(answerKey(id, runs)) : null;
  return object ? jsonValue.parse(await object.json()) : null;
}

/** A request to R2 deletes up to a thousand objects. */
const keysAtOnce = 1000;

/** Deletes all that is stored of calls. A run that was lost may have left an answer, too. */
export async function deleteStored({ blobs }: Store, calls: readonly { id: CallId; runs: number }[]): Promise<void> {
  const keys = calls.flatMap(({ id, runs }) => [
    bodyKey(id),
    ...Array.from({ length: runs }, (_, i) => answerKey(id, i + 1)),
  ]);
  for (let at = 0; at < keys.length; at += keysAtOnce) await blobs.delete(keys.slice(at, at + keysAtOnce));
}
