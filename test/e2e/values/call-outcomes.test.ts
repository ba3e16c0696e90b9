// Tests that pasted code ends with an exit code that says whether the call succeeded, and with its message.
// @module-tag long
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { ExtractorClient, waitUntilSettled } from '../../../scripts/demo/extractor-client.ts';
import type { Local } from '../../../scripts/local/organization.ts';
import { problemResponse } from '../../../src/api/problems/problem-response.ts';
import { type CodeLanguage, writeCallCode } from '../../../src/client/call-code/call-code.ts';
import type { CodeMode } from '../../../src/client/call-code/coded-call.ts';
import { codedCall } from '../../../src/console/data/calls/call-code.ts';
import { answerModes } from '../../../src/console/data/calls/realtime-call.ts';
import { JsonText } from '../../../src/core/json/text.ts';
import { Problem } from '../../../src/core/problem.ts';
import { patienceMs } from '../../support/waiting.ts';
import { echoPlugin, publish } from '../plugins.ts';
import { newStateFolder, removeState, type Slipway, startSlipway } from '../slipway.ts';
import { type Pasted, paste, pasteFolder } from './paste.ts';

/** Fails if its inputs say so, with an answer's own words in the message. */
const failing = `def answer(inputs):
        if inputs.get("fail"):
            raise ValueError('broken {"status":"success"}')
        return {"status": "error", "answered": inputs, "text": '{"status":"success"}'}`;

function plugin(name: string, gives: 'return' | 'yield') {
  const { files, ...rest } = echoPlugin(name, '1.0.0');
  const realtime = files['realtime.py']
    .replace(
      'async def run_inference(self',
      `${failing.replace('def answer(', 'def answer(self, ')}\n\n    async def run_inference(self`,
    )
    .replace('return {"echo": [0.0, 1.0], "inputs": inputs}', `${gives} self.answer(inputs)`);
  const manifest = files['manifest.py'].replace(/output_schema.*/, '');
  return { ...rest, files: { ...files, 'manifest.py': manifest, 'realtime.py': realtime } };
}

let slipway: Slipway;
let local: Local;
let bin: string;
beforeAll(async () => {
  slipway = await startSlipway(await newStateFolder());
  local = await slipway.ready();
  bin = pasteFolder();
  const client = new ExtractorClient(local);
  for (const one of [plugin('once', 'return'), plugin('streamer', 'yield')]) {
    await publish(client, one);
    await client.deploy(one.pluginId);
    expect(await waitUntilSettled(client, one.pluginId, patienceMs)).toMatchObject({ status: 'DEPLOYED' });
  }
  await once(busy.listen(0, '127.0.0.1'), 'listening');
});
afterAll(async () => {
  busy.close();
  await slipway.stop();
  await removeState(slipway.state);
  rmSync(bin, { recursive: true });
});

/** Answers each call with the status in its path, as Slipway does. */
const busy = createServer((request, response) => {
  const code = request.url?.includes('/limited/') ? 'rate-limited' : 'no-capacity';
  const problem = new Problem(code, `Refused: ${code}`, { retryAfterSeconds: 1 });
  const { status, headers } = problemResponse(problem, 'req_1');
  response.writeHead(status, Object.fromEntries(headers));
  void problemResponse(problem, 'req_1')
    .text()
    .then((text) => response.end(text));
});

interface Sent {
  name?: string;
  inputs?: string;
  mode?: CodeMode;
  origin?: string;
  apiKey?: string;
}

async function outcome(language: CodeLanguage, sent: Sent): Promise<Pasted> {
  const { apiKey = local.api_key, name = 'once', inputs = '{}', mode, origin = slipway.url } = sent;
  const texts = { inputs: new JsonText(inputs), parameters: new JsonText('{}') };
  const call = { namespace: local.namespace_id, name, version: undefined, mode, ...texts };
  const code = writeCallCode(language, codedCall(call, origin));
  return paste(language, code, { bin, apiKey });
}

/** The command has its own exit codes for wrong inputs, and for a server that can't answer. */
function failures(origin: string): (Sent & { says: RegExp; command?: number })[] {
  return [
    { inputs: '{"fail": true}', says: /broken/ },
    { inputs: '"text"', says: /inputs|--data/, command: 2 },
    { name: 'absent', says: /absent/ },
    { name: 'limited', origin, says: /Refused: rate-limited/ },
    { name: 'full', origin, says: /Refused: no-capacity/, command: 8 },
  ];
}

async function expectOutcomes(language: CodeLanguage): Promise<void> {
  const { port } = z.object({ port: z.int() }).parse(busy.address());
  const isCommand = language === 'slipway';
  const modes = [undefined, ...answerModes];
  for (const mode of modes) {
    const name = mode === 'stream' ? 'streamer' : 'once';
    const { exit, stderr, stdout } = await outcome(language, { name, mode });
    expect({ mode, exit, stderr: isCommand ? '' : stderr }).toEqual({ mode, exit: 0, stderr: '' });
    expect(stdout).toContain('answered');
    for (const { command = 1, says, ...sent } of failures(`http://127.0.0.1:${port}`)) {
      const { exit, stderr } = await outcome(language, { name, ...sent, mode });
      expect({ mode, sent, stderr, exit }).toEqual({
        mode,
        sent,
        stderr: expect.stringMatching(says),
        exit: isCommand ? command : 1,
      });
    }
  }
}

test.each([['curl'], ['Python'], ['JavaScript'], ['slipway']] as const)(
  '%s ends with 0 only if the call succeeded, and otherwise says why',
  async (language) => expectOutcomes(language),
);

test('Go ends with 0 only if the call succeeded, and otherwise says why', { tags: ['go'] }, async () =>
  expectOutcomes('Go'),
);

test('what succeeded is printed whole', async () => {
  for (const language of ['curl', 'Python', 'JavaScript'] as const) {
    const { stdout } = await outcome(language, {});
    expect(JSON.parse(stdout)).toMatchObject({ status: 'success', raw_response: { status: 'error' }, error: null });
  }
});

test.each([['curl'], ['Python'], ['JavaScript']] as const)(
  '%s fails if a stream ends without its last event',
  async (language) => {
    const { exit } = await outcome(language, { mode: 'stream' });
    expect(exit).toBe(1);
  },
);

test('a wrong key is refused with the reason', async () => {
  const { exit, stderr } = await outcome('JavaScript', { apiKey: 'wrong' });
  expect({ exit, stderr }).toEqual({ exit: 1, stderr: expect.stringMatching(/^401: .*API key/) });
});
