// Tests that bytes come in exactly, or are refused with the way to convert them: by standard input, by file, as fields, as sample rows
// and as arguments.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scriptedServer } from '../client/scripted-server.ts';
import { inProcess } from './in-process.ts';
import { folderOf, plugin, slipway } from './slipway.ts';

const bytesOf = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

const utf16 = { title: 'UTF-16, not UTF-8', fix: 'iconv -f UTF-16 -t UTF-8 FILE' };
const notUtf8 = (at: number, byte: string) => ({
  title: `not UTF-8: byte ${at} is 0x${byte}`,
  fix: 'iconv -f LATIN1 -t UTF-8 FILE',
});

/** A JSON text has 10 bytes before its value. */
const refused: [string, Buffer, { title: string; fix: string }][] = [
  ['Latin-1', bytesOf('{"text": "caf', [0xe9], '"}'), notUtf8(14, 'e9')],
  ['Windows-1252', bytesOf('{"text": "', [0x93], 'x', [0x94], '"}'), notUtf8(11, '93')],
  ['Latin-1 after a real U+FFFD', bytesOf('{"text": "\ufffd', [0xe9], '"}'), notUtf8(14, 'e9')],
  ['a cut character', bytesOf('{"text": "', [0xf0, 0x9f, 0x9a], '"}'), notUtf8(11, 'f0')],
  ['an overlong slash', bytesOf('{"text": "', [0xc0, 0xaf], '"}'), notUtf8(11, 'c0')],
  ['an encoded surrogate', bytesOf('{"text": "', [0xed, 0xa0, 0x80], '"}'), notUtf8(11, 'ed')],
  ['a lone continuation', bytesOf('{"text": "', [0x80], '"}'), notUtf8(11, '80')],
  ['UTF-16, little-endian', bytesOf([0xff, 0xfe], [...Buffer.from('{"text": "é"}', 'utf16le')]), utf16],
  ['UTF-16, big-endian', bytesOf([0xfe, 0xff], [...Buffer.from('{"text": "é"}', 'utf16le').swap16()]), utf16],
  [
    'UTF-32',
    bytesOf(
      [0xff, 0xfe, 0, 0],
      [...'{}'].flatMap((character) => [character.charCodeAt(0), 0, 0, 0]),
    ),
    { title: 'UTF-32, not UTF-8', fix: 'iconv -f UTF-32 -t UTF-8 FILE' },
  ],
];

const exact: [string, string][] = [
  ['accents', '{"text": "é"}'],
  ['a real U+FFFD', '{"text": "\ufffd"}'],
  ['characters beyond 16 bits', '{"text": "🚢𝒳"}'],
  ['line separators of Unicode', '{"text": "a\u2028b\u0085c"}'],
  ['an escaped NUL', '{"text": "a\\u0000b"}'],
  ['lone CRs between members', '{\r"text":\r"a"\r}'],
  ['CRLF', '{\r\n"text": "a"\r\n}'],
  ['noncharacters', '{"text": "\uffff\u{10ffff}"}'],
  ['a mark in the text', '{"text": "a\ufeffb"}'],
];

/** Runs a command that sends the bytes, and returns what the server got. */
async function sent(bytes: Uint8Array, args: (file: string) => string[]) {
  await using server = await scriptedServer({ body: {} });
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const ended = await inProcess(args(join(folderOf({ file: bytes }), 'file')), environment);
  return { ...ended, bodies: server.received.map(({ body }) => body) };
}

const ways: [string, (file: string) => string[]][] = [
  ['api --typed-field', (file) => ['api', 'POST', '/v1/x', '--typed-field', `inputs=@${file}`]],
  ['enable --params', (file) => ['enable', 'demo@1.0.0', '--params', `@${file}`]],
];

describe.each(ways)('%s', (name, args) => {
  test.each(refused)(`refuses a file in %s: ${name}`, async (_, bytes, { fix, title }) => {
    const { bodies, exit, stderr } = await sent(bytes, args);
    expect([exit, bodies]).toEqual(['usage', []]);
    expect(stderr).toContain(title);
    expect(stderr).toContain(fix);
  });

  test.each(exact)(`sends a file with %s as it is: ${name}`, async (_, text) => {
    for (const mark of ['', '\ufeff']) {
      const { bodies } = await sent(Buffer.from(`${mark}${text}`), args);
      expect(JSON.stringify(JSON.parse(bodies.at(-1) ?? ''))).toContain(JSON.stringify(JSON.parse(text)));
    }
  });
});

const secrets: [string, Buffer][] = [
  ['a byte order mark', bytesOf('\ufeffabcd')],
  ['NUL', bytesOf('a', [0], 'bcd')],
  ['lone CRs', bytesOf('a\rb\r')],
  ['CRLF within', bytesOf('a\r\nb')],
  ['UTF-16 without a mark', Buffer.from('secret12', 'utf16le')],
  ['a real U+FFFD', bytesOf('ab\ufffdcd')],
];

describe('secrets set', { tags: 'long' }, () => {
  test.each(secrets)('keeps %s', async (_, input) => {
    await using server = await scriptedServer({ body: { name: 'TOKEN', revision: 1 } });
    const env = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
    expect(await slipway(['secrets', 'set', 'TOKEN'], { env, input })).toMatchObject({ code: 0, stderr: '' });
    expect(server.received.map(({ body }) => Buffer.from(JSON.parse(body).value))).toEqual([input]);
  });

  test.each(refused)('refuses %s', async (_, input, { fix, title }) => {
    await using server = await scriptedServer();
    const env = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
    const { code, stderr } = await slipway(['secrets', 'set', 'TOKEN'], { env, input });
    expect([code, server.received]).toEqual([2, []]);
    expect(stderr).toContain(`standard input is ${title}`);
    expect(stderr).toContain(fix);
  });
});

test.each(refused)('sample rows and a file of secrets in %s are refused', async (_, bytes, { fix, title }) => {
  const cwd = folderOf({ ...plugin, 'rows.jsonl': bytes, '.env': bytes });
  for (const args of [
    ['--sample-data', join(cwd, 'rows.jsonl')],
    ['--secrets-file', join(cwd, '.env')],
  ]) {
    const { exit, stderr } = await inProcess(['test', cwd, ...args]);
    expect(exit).toBe('usage');
    expect(stderr).toContain(`${args[1]} is ${title}`);
    expect(stderr).toContain(fix);
  }
});

test('arguments and variables that are not UTF-8 are refused', async () => {
  const cwd = folderOf(plugin);
  const changed = 'caf\ufffd';
  const argument = await inProcess(['test', cwd, '--secret', `TOKEN=${changed}`]);
  expect([argument.exit, argument.stderr]).toEqual(['usage', expect.stringContaining('is not UTF-8')]);
  const variable = await inProcess(['test', cwd, '--secret', 'TOKEN'], { TOKEN: changed });
  expect([variable.exit, variable.stderr]).toEqual([
    'usage',
    expect.stringContaining('the environment variable TOKEN is not UTF-8'),
  ]);
});
