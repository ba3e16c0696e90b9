// Tests that code from the console calls a plugin when it is pasted as it is, whatever the values in it are.
// @module-tag long
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ExtractorClient, waitUntilSettled } from '../../../scripts/demo/extractor-client.ts';
import type { Local } from '../../../scripts/local/organization.ts';
import { type CodeLanguage, writeCallCode } from '../../../src/client/call-code/call-code.ts';
import type { CodeMode } from '../../../src/client/call-code/coded-call.ts';
import { codedCall } from '../../../src/console/data/calls/call-code.ts';
import { JsonText } from '../../../src/core/json/text.ts';
import { patienceMs } from '../../support/waiting.ts';
import { echoPlugin, publish } from '../plugins.ts';
import { newStateFolder, removeState, type Slipway, startSlipway } from '../slipway.ts';
import { paste, pasteFolder } from './paste.ts';

/** Values that shells, languages and formats give a meaning of their own. */
const hard: Record<string, unknown> = {
  quotes: `it's "quoted" \\" and \\' and '"'"'`,
  shell: '$HOME $(id) `id` !! !$ ~ * ? ; & | > < # \\ %s %d %25 %',
  lines: 'one\ntwo\r\n\tthree\\n',
  words: 'Grüße 日本語 🚢 \u202eevil\u200b \ufeff \u2028 \u0000 \u007f',
  'a key\'s "name" $1 `%`\n': [true, false, null, 0, -1.5, 1e21, [], {}],
  python: "f'{x}' {0} r'' ''' \"\"\" \\N{DASH} </script>",
};
const hardText = JSON.stringify({ ...hard, ['__proto__']: 'own' });
/** Programs can hold it as an object of their own. */
const plainText = JSON.stringify({ ...hard, words: 'Grüße 日本語 🚢' });

const streaming = (() => {
  const { files, ...plugin } = echoPlugin('streamer', '1.0.0');
  return { ...plugin, files: { ...files, 'realtime.py': files['realtime.py'].replace('return', 'yield') } };
})();

let slipway: Slipway;
let local: Local;
let bin: string;
beforeAll(async () => {
  slipway = await startSlipway(await newStateFolder());
  local = await slipway.ready();
  const client = new ExtractorClient(local);
  for (const plugin of [echoPlugin('echo', '1.0.0'), streaming]) {
    await publish(client, plugin);
    await client.deploy(plugin.pluginId);
    expect(await waitUntilSettled(client, plugin.pluginId, patienceMs)).toMatchObject({ status: 'DEPLOYED' });
  }
  bin = pasteFolder();
});
afterAll(async () => {
  await slipway.stop();
  await removeState(slipway.state);
  rmSync(bin, { recursive: true });
});

function written(language: CodeLanguage, plugin: string, inputs: string, mode?: CodeMode): string {
  const texts = { inputs: new JsonText(inputs), parameters: new JsonText('{"volume": 11}') };
  const call = { namespace: local.namespace_id, name: plugin, version: undefined, mode, ...texts };
  return writeCallCode(language, codedCall(call, slipway.url));
}

/** Returns what code prints that is expected to succeed. */
async function pasted(language: CodeLanguage, code: string): Promise<string> {
  const { exit, stderr, stdout } = await paste(language, code, { bin, apiKey: local.api_key });
  expect({ exit, stderr: language === 'slipway' ? '' : stderr }).toEqual({ exit: 0, stderr: '' });
  return stdout;
}

const answered = z.looseObject({ raw_response: z.looseObject({ inputs: z.unknown() }) });
const cases = [['curl'], ['Python'], ['JavaScript'], ['slipway']] as const;

/** The command prints the plugin's answer alone. */
function inputsIn(language: CodeLanguage, output: string): unknown {
  const answer: unknown = JSON.parse(output);
  return language === 'slipway'
    ? z.looseObject({ inputs: z.unknown() }).parse(answer).inputs
    : answered.parse(answer).raw_response.inputs;
}

async function expectEcho(language: CodeLanguage): Promise<void> {
  for (const text of [hardText, plainText, '{}', '{"big": 12345678901234567890}'])
    expect(inputsIn(language, await pasted(language, written(language, 'echo', text)))).toEqual(JSON.parse(text));
}

async function expectStream(language: CodeLanguage): Promise<void> {
  const output = await pasted(language, written(language, 'streamer', hardText, 'stream'));
  expect(output).toContain('"inputs"');
  const values = output.split('\n').flatMap((line) => /^(?:data: )?(\{.*"inputs".*\})$/s.exec(line)?.[1] ?? []);
  expect(JSON.parse(values[0] ?? '')).toMatchObject({ inputs: JSON.parse(hardText) });
}

describe('code as pasted', () => {
  test.each(cases)('%s sends every value unchanged', async (language) => expectEcho(language));

  test.each(cases)('%s prints values as they come', async (language) => expectStream(language));

  test.each([['curl'], ['Python'], ['JavaScript']] as const)('%s gets a later answer', async (language) => {
    const output = await pasted(language, written(language, 'echo', hardText, 'later'));
    expect(JSON.parse(output)).toMatchObject({
      status: 'succeeded',
      answer: { result: { inputs: JSON.parse(hardText) } },
    });
  });

  test('Go sends every value unchanged, prints values as they come, and gets a later answer', {
    tags: ['go'],
  }, async () => {
    await expectEcho('Go');
    await expectStream('Go');
    const output = await pasted('Go', written('Go', 'echo', hardText, 'later'));
    expect(JSON.parse(output)).toMatchObject({
      status: 'succeeded',
      answer: { result: { inputs: JSON.parse(hardText) } },
    });
  });

  test('slipway gets a later answer', async () => {
    const output = await pasted('slipway', written('slipway', 'echo', hardText, 'later'));
    expect(JSON.parse(output)).toMatchObject({ result: { inputs: JSON.parse(hardText) } });
  });
});
