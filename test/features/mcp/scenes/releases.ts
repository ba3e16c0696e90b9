// Calls of a plugin in release.
import { z } from 'zod';
import { idSchema } from '../../../../src/contract/ids.ts';
import { clientOf } from '../../../support/client.ts';
import { type Releasing, start } from '../../../support/scenes/releasing.ts';
import { callHeaders, callText, mcpPath } from './mcp.ts';

export const half = { steps: [{ percent: 50 }], hold: '24h' };

export const whole = { steps: [{ percent: 100 }], hold: '24h' };

export type Scene = Pick<Releasing, 'org'>;

export interface Call {
  key?: string;
  /** Whom the call is for. */
  caller?: string;
  /** Asks for values as soon as the handler yields them. */
  streams?: boolean;
}

/** Calls the tool, and returns its answer. */
export async function callOverMcp({ org }: Scene, { caller, key = org.key, streams = false }: Call = {}) {
  const raw = callText('hello_ext', '{}', streams ? { progressToken: 1 } : {});
  const headers = { ...callHeaders('hello_ext'), ...(caller === undefined ? {} : { 'slipway-key': caller }) };
  const { text } = await clientOf(`Bearer ${key}`, org.fetch).send('POST', mcpPath(org), { raw, headers });
  const [last = ''] = text.match(/\{.*/g)?.slice(-1) ?? [];
  return z.object({ result: z.looseObject({}) }).parse(JSON.parse(last)).result;
}

export const saying = (version: string) => `class SayingInferenceService:
    def run_inference(self, inputs, parameters):
        return {"version": "${version}"}
`;

export async function startOf(r: Releasing, version: string, plan: object): Promise<Releasing & { one: string }> {
  const { id } = z.object({ id: idSchema('release') }).parse((await start(r, version, plan)).body);
  return { ...r, one: `${r.at}/${id}` };
}
