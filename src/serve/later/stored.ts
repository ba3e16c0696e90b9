// Stores the bodies and answers of later calls. Each run stores its answer separately, and the row names the run that ended the call.
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { CallAnswer, OperationAnswer } from '../../contract/builder/answers.ts';
import { type Call, callSchema, type Operation, operationSchema } from '../../contract/builder/instances.ts';
import { laterCalls } from '../../contract/limits/serving.ts';
import type { CallId } from '../../core/ids.ts';
import { cutJson } from '../../core/json/scan.ts';
import { emptyObject, JsonText, writeJson } from '../../core/json/text.ts';
import { laterCallRows } from '../../db/schema/calls.ts';
import type { Deps } from '../../deps.ts';

const bodySchema = z.union([callSchema, operationSchema]);
export type LaterBody = Call | Operation;
export type LaterAnswer = CallAnswer | OperationAnswer | { error: { code: string; message: string } };

const bodyKey = (id: CallId) => `later-calls/${id}/body`;
const answerKey = (id: CallId, run: number) => `later-calls/${id}/answer-${run}`;

type Store = Pick<Deps, 'blobs'>;
type CallRow = typeof laterCallRows.$inferSelect;

/** Returns the bytes to store for a body or answer. */
export function encode(value: LaterBody | LaterAnswer): Uint8Array {
  return new TextEncoder().encode(writeJson(value));
}

/** Returns the text for the call's row, or null if it is too large. */
export function inRow(bytes: Uint8Array): string | null {
  return bytes.length <= laterCalls.rowBytes ? new TextDecoder().decode(bytes) : null;
}

export async function storeBody({ blobs }: Store, id: CallId, body: Uint8Array): Promise<void> {
  await blobs.put(bodyKey(id), body);
}

/** Reads a call's body; undefined if it is gone. */
export async function readBody(
  { blobs }: Store,
  { body, id }: Pick<CallRow, 'body' | 'id'>,
): Promise<LaterBody | undefined> {
  const text = body ?? (await (await blobs.get(bodyKey(id)))?.text());
  if (text === undefined) return undefined;
  const cut = await cutJson(text, ['inputs', 'parameters', 'params']);
  const read = bodySchema.parse(JSON.parse(cut.skeleton));
  if ('method' in read) return { method: read.method, params: cut.one('params') };
  return { inputs: cut.one('inputs') ?? emptyObject, parameters: cut.one('parameters') ?? emptyObject };
}

/** Stores an answer that is too large for its call's row. */
export async function storeAnswer({ blobs }: Store, id: CallId, run: number, answer: Uint8Array): Promise<void> {
  await blobs.put(answerKey(id, run), answer);
}

/** Deletes answers stored by earlier runs that died, because only the answer of the run that ends the call counts. */
export async function deleteLostAnswers({ blobs }: Store, id: CallId, run: number): Promise<void> {
  const lost = Array.from({ length: run - 1 }, (_, i) => answerKey(id, i + 1));
  if (lost.length > 0) await blobs.delete(lost);
}

/** Deletes the answer of a run that lost its lease, because the call was cancelled or runs again. */
export async function deleteAnswer({ blobs }: Store, id: CallId, run: number): Promise<void> {
  await blobs.delete(answerKey(id, run));
}

/**
 * Deletes an ended call's body, then stops counting it. A small body stays until the call is deleted. *Dies in between:* the body
 * counts until then.
 */
export async function releaseBody(
  { blobs, db }: Store & Pick<Deps, 'db'>,
  { bodyBytes, id }: Pick<CallRow, 'bodyBytes' | 'id'>,
): Promise<void> {
  if (bodyBytes <= laterCalls.keptBodyBytes) return;
  await blobs.delete(bodyKey(id));
  const hasEnded = sql`${laterCallRows.id} = ${id} and ${laterCallRows.endedAt} is not null`;
  await db.update(laterCallRows).set({ bodyBytes: 0 }).where(hasEnded);
}

/** Reads a call's answer; null if it has none. */
export async function readAnswer(
  { blobs }: Store,
  { answer, id, runs, status }: Pick<CallRow, 'answer' | 'id' | 'runs' | 'status'>,
): Promise<JsonText | null> {
  if (answer !== null) return new JsonText(answer);
  const object = status === 'succeeded' || status === 'failed' ? await blobs.get(answerKey(id, runs)) : null;
  return object ? new JsonText(await object.text()) : null;
}

/** Most objects that R2 accepts per delete request. */
const keysAtOnce = 1000;

/** Deletes everything stored for these calls, including the answers of lost runs. */
export async function deleteStored({ blobs }: Store, calls: readonly { id: CallId; runs: number }[]): Promise<void> {
  const keys = calls.flatMap(({ id, runs }) => [
    bodyKey(id),
    ...Array.from({ length: runs }, (_, i) => answerKey(id, i + 1)),
  ]);
  for (let at = 0; at < keys.length; at += keysAtOnce) await blobs.delete(keys.slice(at, at + keysAtOnce));
}
