// Tests that code to copy sends a call as written. test/e2e/values/call-code.test.ts runs it against Slipway.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, inject, test } from 'vitest';
import { type CodeLanguage, codeLanguages, writeCallCode } from '../../src/client/call-code/call-code.ts';
import type { CodeMode } from '../../src/client/call-code/coded-call.ts';
import { codedCall } from '../../src/console/data/calls/call-code.ts';
import { JsonText } from '../../src/core/json/text.ts';
import { compactExactJson, exactJson } from '../support/exact-json.ts';

const execute = promisify(execFile);

function written(language: CodeLanguage, inputs: string, parameters = '{ }', mode?: CodeMode) {
  const texts = { inputs: new JsonText(inputs), parameters: new JsonText(parameters) };
  const call = { namespace: 'ns_1', name: 'notes', version: '1.0.0', mode, ...texts };
  return writeCallCode(language, codedCall(call, 'https://slipway.example.com'));
}

const body = `{"inputs":${compactExactJson},"parameters":{"f":2.0}}`;

describe('commands', () => {
  test('a shell passes the values on as written', async () => {
    const inputs = `{"s": "it's $HOME \`id\` %s ! \\n \\"é\\""}`;
    const output = async (command: string, language: CodeLanguage) =>
      (
        await execute('sh', [
          '-c',
          `${command}() { printf '%s\\n' '{"status":"success",' "$@"; }\n${written(language, inputs)}`,
        ])
      ).stdout;
    expect(await output('curl', 'curl')).toContain(`\n-d\n{"inputs": ${inputs}}\n`);
    expect(await output('slipway', 'slipway')).toContain(`\nnotes@1.0.0\n--namespace\nns_1\n-d\n${inputs}\n`);
  });

  test('parameters are left out if there are none', () => {
    for (const language of codeLanguages) {
      expect(written(language, '{}')).not.toContain('parameters');
      expect(written(language, '{}', '{"f": 2}')).toContain('parameters');
    }
  });
});

describe('programs', () => {
  test('Python and JavaScript send exactly the bytes as written if they could not hold the values', async () => {
    const python = /^body = (.*)$/m.exec(written('Python', exactJson, '{"f": 2.0}'))?.[1];
    const script = /^const body = (.*);$/m.exec(written('JavaScript', exactJson, '{"f": 2.0}'))?.[1];
    const sent = await Promise.all([
      execute(inject('python'), ['-c', `print(${python}, end="")`]),
      execute(process.execPath, ['-e', `process.stdout.write(${script})`]),
    ]);
    expect(sent.map(({ stdout }) => stdout)).toEqual([body, body]);
  });

  test('Python and JavaScript have an object of their own otherwise', () => {
    const inputs = '{"text": "hello", "times": 2, "loud": false, "none": null}';
    expect(written('Python', inputs)).toContain(
      'body = {"inputs": {"text": "hello", "times": 2, "loud": False, "none": None}}\n',
    );
    expect(written('JavaScript', '{"times": 2}')).toContain('const body = JSON.stringify({"inputs": {"times": 2}});\n');
  });

  test('Go has a raw string unless a value contains its quote', () => {
    expect(written('Go', '{"times": 2}')).toContain('body := `{"inputs": {"times": 2}}`\n');
    expect(written('Go', '{"text": "`"}')).toContain('body := "{\\"inputs\\": {\\"text\\": \\"`\\"}}"\n');
  });
});

test.each(codeLanguages)('%s shows characters that would disguise the code as escapes', (language) => {
  expect(written(language, '{"text": "\u202ecod\u200b"}')).toMatch(/^[^\u202e\u200b]*u202ecod[^\u202e\u200b]*$/s);
});

test.each(codeLanguages)('%s asks for streams and later answers', (language) => {
  expect(written(language, '{}', '{}', 'stream')).toMatch(/text\/event-stream|--stream/);
  expect(written(language, '{}', '{}', 'later')).toMatch(/respond-async|--later/);
  expect(written(language, '{}')).not.toMatch(/event-stream|respond-async|--(?:stream|later)/);
});

test.each(codeLanguages)('%s is written for deeply nested values', (language) => {
  const nested = `${'{"a": '.repeat(200)}"${'x'.repeat(100)}"${'}'.repeat(200)}`;
  expect(written(language, nested)).toContain('x'.repeat(100));
});
