// Waivers as an organization grants them.
import { z } from 'zod';
import { idOf } from '../../src/contract/ids.ts';
import type { WaiverId } from '../../src/core/ids.ts';
import type { Client } from './client.ts';

const day = 24 * 3600 * 1000;

export function waiverFields(fields: Record<string, unknown> = {}) {
  const expires_at = new Date(Date.now() + day).toISOString();
  return { plugin: 'hello_ext', rule: 'SLP201', reason: 'reads its own tables', expires_at, ...fields };
}

/** Grants it, and throws when that is refused. */
export async function waiverOf(org: Client, fields: Record<string, unknown> = {}): Promise<WaiverId> {
  const { status, text, body } = await org.post('/v1/waivers', waiverFields(fields));
  if (status !== 200) throw new Error(`the waiver was answered with ${status}: ${text}`);
  return z.object({ waiver_id: idOf('waiver') }).parse(body).waiver_id;
}
