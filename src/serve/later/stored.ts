// Stores the bodies and answers of calls that are answered later. Each run stores its answer in a place of its own, and the row says which
// run ended the call.
import { z } from 'zod';
import type { CallAnswer, OperationAnswer } from '../../contract/builder/answers.ts';
import { type Call, callSchema, type Operation, operationSchema } from '../../contract/builder/instances.ts';
import type { LaterCallState } from '../../contract/states.ts';
import type { CallId } from '../../core/ids.ts';
import { cutJson } from '../../core/json-scan.ts';
import { emptyObject, JsonText, writeJson } from '../../core/json-text.ts';
import type { Deps } from '../../deps.ts';

const bodySchema = z.union([callSchema, operationSchema]);
export type LaterBody = Call | Operation;
export type LaterAnswer = CallAnswer | OperationAnswer | { error: { code: string; message: string } };

const bodyKey = (id: CallId) => `later-calls/${id}/body`;
const answerKey = (id: CallId, run: number) => `later-calls/${id}/answer-${run}`;

type Store = Pick<Deps, 'blobs'>;

export async function storeBody({ blobs }: Store, id: CallId, body: LaterBody): Promise<void> {
  await blobs.put(bodyKey(id), writeJson(body));
}

/** Undefined if it is gone. */
export async function readBody({ blobs }: Store, id: CallId): Promise<LaterBody | undefined> {
  const object = await blobs.get(bodyKey(id));
  if (!object) return undefined;
  const cut = await cutJson(await object.text(), ['inputs', 'parameters', 'params']);
  const body = bodySchema.parse(JSON.parse(cut.skeleton));
  if ('method' in body) return { method: body.method, params: cut.one('params') };
  return { inputs: cut.one('inputs') ?? emptyObject, parameters: cut.one('parameters') ?? emptyObject };
}

export async function storeAnswer({ blobs }: Store, id: CallId, run: number, answer: LaterAnswer): Promise<void> {
  await blobs.put(answerKey(id, run), writeJson(answer));
}

/** Null if it has none. */
export async function answerOf(
  { blobs }: Store,
  { id, runs, status }: { id: CallId; runs: number; status: LaterCallState },
): Promise<JsonText | null> {
  const object = status === 'succeeded' || status === 'failed' ? await blobs.get(answerKey(id, runs)) : null;
  return object ? new JsonText(await object.text()) : null;
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
