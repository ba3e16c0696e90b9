// Gets a run's results, part by part, straight from the store.
import { open } from 'node:fs/promises';
import { ApiError } from '../../../client/errors.ts';
import { countCauses, type RunCauses } from '../../../contract/features/runs/run-causes.ts';
import type { Connection } from '../../connection/connect.ts';
import { Failure } from '../../terminal/failure.ts';
import type { Output } from '../../terminal/output.ts';

/** Reads why a run's rows failed. Undefined if its errors are gone. */
export async function readCauses(
  { client, namespaceId }: Connection,
  run_id: string,
): Promise<Pick<RunCauses, 'causes' | 'columns'> | undefined> {
  const path = { namespace_id: await namespaceId(), run_id };
  const lines = client.lines('/v1/namespaces/{namespace_id}/runs/{run_id}/errors', { path });
  try {
    const { causes, columns } = await countCauses(lines);
    return { causes, columns };
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

export type ResultKind = 'output' | 'errors';

/** Yields the bytes of all parts, in row order. */
export async function* resultBytes(
  connection: Connection,
  id: string,
  kind: ResultKind,
): AsyncGenerator<Uint8Array, void> {
  const { client, signal } = connection;
  const path = { namespace_id: await connection.namespaceId(), run_id: id };
  for (let cursor: string | undefined; ; ) {
    const page =
      kind === 'output'
        ? await client.get('/v1/namespaces/{namespace_id}/runs/{run_id}/output', { path, query: { cursor } })
        : await client.get('/v1/namespaces/{namespace_id}/runs/{run_id}/errors', { path, query: { cursor } });
    for (const { url } of page.results) {
      const response = await fetch(url, { signal });
      if (!response.ok || !response.body)
        throw new Failure('failed', `a part of the ${kind} could not be read (${response.status})`, {
          hint: `Try again: \`slipway runs output ${id}\`.`,
        });
      yield* response.body;
    }
    if (page.pagination.next_cursor === null) return;
    cursor = page.pagination.next_cursor;
  }
}

export async function saveResults(connection: Connection, id: string, kind: ResultKind, file: string): Promise<void> {
  const target = await open(file, 'w');
  try {
    for await (const bytes of resultBytes(connection, id, kind)) await target.write(bytes);
  } finally {
    await target.close();
  }
}

/** Prints lines to standard output. */
export async function printResults(
  connection: Connection,
  output: Output,
  id: string,
  kind: ResultKind,
): Promise<void> {
  const decoder = new TextDecoder();
  for await (const bytes of resultBytes(connection, id, kind)) output.data(decoder.decode(bytes, { stream: true }));
  output.data(decoder.decode());
}
