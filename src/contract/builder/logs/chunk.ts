// Defines chunks, the stored parts of an instance's log, and the builder's routes under /logs that read and store them. A chunk only
// grows at its end, and never after it was handed out for storage, so storing it twice has no effect.
import { z } from 'zod';
import { instanceStates } from '../instance-states.ts';
import { logLineSchema } from './line.ts';

/** 13 digits suffice until the year 2286. */
const startMax = 9_999_999_999_999;

export const logChunkSchema = z.object({
  /** When its first line was printed, in milliseconds; later than any earlier chunk by the same writer. */
  start: z.int().min(0).max(startMax),
  /** Distinguishes the builders and containers that an instance ran in. */
  writer: z.string().regex(/^[0-9a-f]{8}$/),
  lines: z.array(logLineSchema),
});
export type LogChunk = z.infer<typeof logChunkSchema>;

export const chunkNamePattern = /^\d{13}-[0-9a-f]{8}$/;

/**
 * Returns the chunk's name. Names sort from the newest to the oldest chunk, because a bucket lists its keys only in ascending order.
 */
export function chunkName({ start, writer }: Pick<LogChunk, 'start' | 'writer'>): string {
  return `${String(startMax - start).padStart(13, '0')}-${writer}`;
}

/**
 * GET /logs/{id}: the chunks in the builder's memory, oldest first, stored or not. `?from=<name>` skips those before that chunk, if the
 * builder has it. `state` is null if there is only a log but no instance.
 */
export const heldLogSchema = z.object({ state: z.enum(instanceStates).nullable(), chunks: z.array(logChunkSchema) });
export type HeldLog = z.infer<typeof heldLogSchema>;

/** GET /logs: unstored chunks of one log (`id`) or all logs. POST /logs/stored then reports them as stored. */
export const unstoredLogsSchema = z.object({
  logs: z.array(z.object({ id: z.string(), chunks: z.array(logChunkSchema) })),
});
export type UnstoredLogs = z.infer<typeof unstoredLogsSchema>;

export interface UnstoredRequest {
  id?: string | undefined;
  /** How long to wait for the first chunk, in milliseconds. */
  waitMs?: number;
  /** True to end chunks that may still grow. Otherwise they end once they are full or old enough. */
  seal?: boolean;
}

/** POST /logs/stored: the names of stored chunks. */
export const storedChunksSchema = z
  .array(z.strictObject({ id: z.string(), chunks: z.array(z.string().regex(chunkNamePattern)).max(1000) }))
  .max(1000);
export type StoredChunks = z.infer<typeof storedChunksSchema>;

/** The source of logs to store: a builder. */
export interface LogSource {
  unstoredLogs(request: UnstoredRequest): Promise<UnstoredLogs>;
  logsStored(stored: StoredChunks): Promise<void>;
}

/** Sent with the response to a call if the instance's log has a full, unstored chunk. */
export const logDueHeader = 'slipway-log-due';
