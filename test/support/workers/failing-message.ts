// A message that fails every time, because D1 refuses to change its row.
import { env } from 'cloudflare:workers';
import type { Message } from '../../../src/contract/messages.ts';

export const failingMessage: Message = { v: 1, type: 'rescan', id: 'org_00000000000000000000000001' };

/** Writes the message's row, and makes D1 refuse to delete it. */
export async function refuseFailingMessage(): Promise<void> {
  await env.DB.batch([
    env.DB.prepare(`insert into rescans (organization_id, plugin, after_name, after_id, remaining)
      values ('${failingMessage.id}', '', '', '', 1)`),
    env.DB.prepare(
      `create trigger refuse_rescan before delete on rescans when old.organization_id = '${failingMessage.id}' begin select raise(abort, 'bad row'); end`,
    ),
  ]);
}
