// Creates waivers as an organization does.
import { z } from 'zod';
import { idSchema } from '../../../../src/contract/ids.ts';
import type { WaiverId } from '../../../../src/core/ids.ts';
import type { Client } from '../../../support/client.ts';

const day = 24 * 3600 * 1000;

export function waiverFields(fields: Record<string, unknown> = {}) {
  const expires_at = new Date(Date.now() + day).toISOString();
  return { plugin: 'hello_ext', rule: 'SLP201', reason: 'reads its own tables', expires_at, ...fields };
}

/** Creates a waiver. Throws if it is rejected. */
export async function waiverOf(org: Client, fields: Record<string, unknown> = {}): Promise<WaiverId> {
  const { status, text, body } = await org.post('/v1/waivers', waiverFields(fields));
  if (status !== 200) throw new Error(`creating the waiver failed with ${status}: ${text}`);
  return z.object({ waiver_id: idSchema('waiver') }).parse(body).waiver_id;
}
