// Tests which forms of a secret are found in a text, and which parts of the text are replaced.
import { spawnSync } from 'node:child_process';
import { expect, inject, test } from 'vitest';
import { z } from 'zod';
import { maskedError, maskInTurns, SecretMask } from '../../src/core/secret-mask.ts';

const secret = 'kQ7/ä"+ secret\tvalue';
const mask = new SecretMask({ TOKEN: secret });
const bytes = Buffer.from(secret);
const jsonIn = (text: string) => JSON.stringify(text).slice(1, -1);

/** Encodes the secret in base64 after this prefix, as in the credentials `user:TOKEN`. */
const behind = (before: string, after = '') => Buffer.from(`${before}${secret}${after}`).toString('base64');

test.each([
  ['as it is', secret],
  ['in JSON', JSON.stringify(secret).slice(1, -1)],
  ['in JSON of ASCII letters', 'kQ7/\\u00e4\\"+ secret\\tvalue'],
  ['in JSON of ASCII letters, with digits in upper case', 'kQ7/\\u00E4\\"+ secret\\tvalue'],
  ['in JSON whose slashes are escaped', 'kQ7\\/ä\\"+ secret\\tvalue'],
  ['in JSON that is in JSON', jsonIn(jsonIn(secret))],
  ['in JSON that is in JSON that is in JSON', jsonIn(jsonIn(jsonIn(secret)))],
  ['in JSON of ASCII letters that is in JSON', 'kQ7/\\\\u00e4\\\\\\"+ secret\\\\tvalue'],
  ['in JSON that is in JSON of ASCII letters', 'kQ7/\\u00e4\\\\\\"+ secret\\\\tvalue'],
  ["in Python's repr that is in JSON", 'kQ7/ä\\"+ secret\\\\tvalue'],
  ["in Python's repr", 'kQ7/ä"+ secret\\tvalue'],
  ["in Python's ascii", 'kQ7/\\xe4"+ secret\\tvalue'],
  ["in Python's repr of bytes", 'kQ7/\\xc3\\xa4"+ secret\\tvalue'],
  ['in a URL', encodeURIComponent(secret)],
  ['in a URL, as quote(s) writes it', 'kQ7/%C3%A4%22%2B%20secret%09value'],
  ['in a URL, as encodeURI writes it', encodeURI(secret)],
  ['in a URL in lower case', encodeURIComponent(secret).replace(/%../g, (part) => part.toLowerCase())],
  ['in a form', 'kQ7%2F%C3%A4%22%2B+secret%09value'],
  ['in a form, with slashes, in lower case', 'kQ7/%c3%a4%22%2b+secret%09value'],
  ['in HTML', 'kQ7/ä&quot;+ secret\tvalue'],
  ['in HTML, as Go writes it', 'kQ7/ä&#34;+ secret\tvalue'],
  ['in base64', bytes.toString('base64').replace(/=+$/, '')],
  ['in base64 for URLs', bytes.toString('base64url')],
  ['in hexadecimal digits', bytes.toString('hex')],
  ['in hexadecimal digits in upper case', bytes.toString('hex').toUpperCase()],
  ['in hexadecimal digits with colons', bytes.toString('hex').replace(/..(?!$)/g, '$&:')],
])('a secret is masked %s', (_, form) => {
  expect(mask.text(`before ${form} between ${form} after`)).toBe('before *** between *** after');
});

test('both kinds of quotes are masked as Go writes them in HTML', () => {
  const own = new SecretMask({ TOKEN: `it's "b" token` });
  expect(own.text('before it&#39;s &#34;b&#34; token after')).toBe('before *** after');
});

test.each(["it's <a> & 'b' token", 'pass(word)!* ~_.-/token', 'a\\b\\n"token\'', 'ünïcödé 🔑 token'])(
  'the secret %j is masked in the notation of each library',
  (value) => {
    const own = new SecretMask({ TOKEN: value });
    const { stdout } = spawnSync(inject('python'), ['-c', writers], { input: value, encoding: 'utf8' });
    const written = z.record(z.string(), z.string()).parse(JSON.parse(stdout));
    expect(Object.keys(written)).toHaveLength(18);
    expect(Object.entries(written).filter(([, text]) => !own.text(text).includes('***'))).toEqual([]);
    expect(own.text(new URLSearchParams({ value }).toString())).toBe('value=***');
    expect(own.text(`${new URL(`https://example.com/?${encodeURIComponent(value)}`)}`)).toBe(
      'https://example.com/?***',
    );
  },
);

/** Notations in which Python's standard library writes a text. */
const writers = `
import base64, html, json, sys, urllib.parse, xml.sax.saxutils as sax
text = sys.stdin.buffer.read().decode()
data = text.encode()
print(json.dumps({
    "repr": repr(text), "ascii": ascii(text), "bytes": repr(data), "dict": repr({"k": text}), "json": json.dumps(text),
    "utf8 json": json.dumps(text, ensure_ascii=False), "quote": urllib.parse.quote(text), "quote all": urllib.parse.quote(text, safe=""),
    "plus": urllib.parse.quote_plus(text), "form": urllib.parse.urlencode({"a": text}), "html": html.escape(text),
    "html text": html.escape(text, quote=False), "xml": sax.escape(text), "base64": base64.b64encode(data).decode(),
    "url base64": base64.urlsafe_b64encode(data).decode(), "hex": data.hex(), "HEX": base64.b16encode(data).decode(),
    "basic": base64.b64encode(b"user:" + data).decode(),
}))
`;

test.each([
  ['of Basic credentials', 'user:', ''],
  ['behind one byte', 'a', ''],
  ['behind two bytes', 'ab', ''],
  ['behind three bytes', 'abc', ''],
  ['before others', '', '0123'],
  ['between others', 'ab', '0123456'],
])('the base64 %s reveals at most half a character at each end of a secret', (_, before, after) => {
  const masked = mask.text(behind(before, after));
  const rest = behind(before, after).length - (masked.length - '***'.length);
  expect(masked).toContain('***');
  expect(rest).toBeGreaterThanOrEqual(Math.floor((bytes.length * 8) / 6) - 1);
});

test('the base64 of a long secret is masked in lines of 76 and of 64 characters', () => {
  const key = Buffer.from(Array.from({ length: 150 }, (_, at) => 33 + ((at * 41) % 90))).toString();
  const own = new SecretMask({ KEY: key });
  for (const columns of [76, 64]) {
    const lines =
      Buffer.from(key)
        .toString('base64')
        .match(new RegExp(`.{1,${columns}}`, 'g')) ?? [];
    expect(lines.map((line) => own.text(line))).toEqual(lines.map(() => '***'));
  }
});

test("fragments of a short secret's encodings are not masked in ordinary text", () => {
  expect(new SecretMask({ PIN: '1234' }).text('IyM0 and zQ in a text')).toBe('IyM0 and zQ in a text');
});

test('a secret is masked without its surrounding white space', () => {
  expect(new SecretMask({ TOKEN: '  secret-value\n' }).text('is secret-value.')).toBe('is ***.');
});

test('each line of a secret is masked, unless it is so short that it occurs in ordinary text', () => {
  const key = new SecretMask({ KEY: '-----BEGIN-----\nMIIEvQIBADANBg\nshort\n' });
  expect(key.text('MIIEvQIBADANBg, -----BEGIN-----, a short text')).toBe('***, ***, a short text');
});

test('a secret that contains another secret is masked completely', () => {
  const both = new SecretMask({ SHORT: 'secret', LONG: 'secret-and-more' });
  expect(both.text('secret-and-more, secret')).toBe('***, ***');
});

test('the start of a secret at the end of a truncated text is masked', () => {
  const token = new SecretMask({ TOKEN: 'secret-value' });
  expect(token.beginning('cut in secret-va')).toBe('cut in ***');
  expect(token.beginning('cut in secret-value')).toBe('cut in ***');
  expect(token.beginning('cut behind')).toBe('cut behind');
  expect(token.text('cut in secret-va')).toBe('cut in secret-va');
});

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text));
const answered = (answer: string) => Buffer.from(maskedError(bytesOf(answer), mask)).toString();

test("a call's error is masked in each of its strings, but its result is not", () => {
  const error = { type: 'ValueError', message: `no ${secret}`, trace: [secret, 1, null], at: { line: secret } };
  const masked = { type: 'ValueError', message: 'no ***', trace: ['***', 1, null], at: { line: '***' } };
  expect(JSON.parse(answered(JSON.stringify({ status: 'error', error })))).toEqual({ status: 'error', error: masked });
  expect(JSON.parse(answered(JSON.stringify({ error })))).toEqual({ error: masked });
  const result = JSON.stringify({ status: 'success', result: { error: secret } });
  expect(answered(result)).toBe(result);
  expect(answered('{"error":')).toBe('{"error":');
});

test('nothing is masked without secrets', () => {
  expect([new SecretMask().isEmpty, new SecretMask({}).isEmpty, mask.isEmpty]).toEqual([true, true, false]);
  expect(new SecretMask().beginning('text')).toBe('text');
});

test('a mask that is made in turns masks the same', async () => {
  const secrets = { TOKEN: secret, OTHER: 'another secret' };
  const text = `${secret} ${encodeURIComponent(secret)} another secret`;
  expect((await maskInTurns(secrets)).text(text)).toBe('*** *** ***');
});
