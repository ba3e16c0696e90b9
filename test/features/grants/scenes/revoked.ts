// Tells what an instance reports while a grant is revoked.
import { z } from 'zod';
import type { Message } from '../../../../src/contract/messages.ts';
import type { Deps } from '../../../../src/deps.ts';
import { enforceGrants } from '../../../../src/instances/requirements/grants.ts';

/** Handles the message sent by a grant change. Returns the requests sent to the builder. */
export async function toldBy(deps: Deps, sent: Message[]): Promise<string[]> {
  const [message] = sent.filter(({ type }) => type === 'enforce-grants');
  const told: string[] = [];
  const builder = {
    ...deps.builder,
    cutOff: async () => void told.push('cutOff'),
    stop: async () => void told.push('stop'),
  };
  await enforceGrants(
    { ...deps, builder },
    z.object({ id: z.templateLiteral(['plg_', z.string()]) }).parse(message).id,
  );
  return told;
}
