// A message that fails every time, because D1 refuses to change its row.
import { env } from 'cloudflare:workers';
import type { Message } from '../../../src/contract/messages.ts';

export const failingMessage: Message = { v: 1, type: 'read-advisories', id: 'adv_00000000000000000000000001' };

/** Writes the message's row, and makes D1 refuse to change it. */
export async function refuseFailingMessage(): Promise<void> {
  const by = `'{"type":"system","id":"tests"}'`;
  await env.DB.batch([
    env.DB.prepare(`insert into advisory_imports (id, status, cursor, counts, attempts, created_by, created_at, updated_at)
      values ('${failingMessage.id}', 'reading', 0, '{}', 0, ${by}, 1, 1)`),
    env.DB.prepare(
      `create trigger refuse_import before update on advisory_imports when old.id = '${failingMessage.id}' begin select raise(abort, 'bad row'); end`,
    ),
  ]);
}
