// What secrets look like in text, and what of a text that has them is replaced.
import { expect, test } from 'vitest';
import { maskedError, SecretMask } from '../../builder/server/instances/secret-mask.ts';

const secret = 'kQ7/ä"+ secret\tvalue';
const mask = new SecretMask({ TOKEN: secret });
const bytes = Buffer.from(secret);

test.each([
  ['as it is', secret],
  ['in JSON', JSON.stringify(secret).slice(1, -1)],
  ['in JSON of ASCII letters', 'kQ7/\\u00e4\\"+ secret\\tvalue'],
  ['in a URL', encodeURIComponent(secret)],
  ['in base64', bytes.toString('base64').replace(/=+$/, '')],
  ['in base64 for URLs', bytes.toString('base64url')],
  ['in hexadecimal digits', bytes.toString('hex')],
])('a secret is masked %s', (_, form) => {
  expect(mask.text(`before ${form} between ${form} after`)).toBe('before *** between *** after');
});

test('white space around a secret may be missing', () => {
  expect(new SecretMask({ TOKEN: '  secret-value\n' }).text('is secret-value.')).toBe('is ***.');
});

test('each line of a secret is masked, unless it is so short that it occurs in ordinary text', () => {
  const key = new SecretMask({ KEY: '-----BEGIN-----\nMIIEvQIBADANBg\nshort\n' });
  expect(key.text('MIIEvQIBADANBg, -----BEGIN-----, a short text')).toBe('***, ***, a short text');
});

test('a secret that contains another one leaves nothing of itself', () => {
  const both = new SecretMask({ SHORT: 'secret', LONG: 'secret-and-more' });
  expect(both.text('secret-and-more, secret')).toBe('***, ***');
});

test('the beginning of a secret at the end of a text that was cut is masked', () => {
  const token = new SecretMask({ TOKEN: 'secret-value' });
  expect(token.beginning('cut in secret-va')).toBe('cut in ***');
  expect(token.beginning('cut in secret-value')).toBe('cut in ***');
  expect(token.beginning('cut behind')).toBe('cut behind');
  expect(token.text('cut in secret-va')).toBe('cut in secret-va');
});

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text));
const answered = (answer: string) => Buffer.from(maskedError(bytesOf(answer), mask)).toString();

test('the error of a call is masked in each of its strings, and its result is not', () => {
  const error = { type: 'ValueError', message: `no ${secret}`, trace: [secret, 1, null], at: { line: secret } };
  const masked = { type: 'ValueError', message: 'no ***', trace: ['***', 1, null], at: { line: '***' } };
  expect(JSON.parse(answered(JSON.stringify({ status: 'error', error })))).toEqual({ status: 'error', error: masked });
  expect(JSON.parse(answered(JSON.stringify({ error })))).toEqual({ error: masked });
  const result = JSON.stringify({ status: 'success', result: { error: secret } });
  expect(answered(result)).toBe(result);
  expect(answered('{"error":')).toBe('{"error":');
});

test('without secrets, nothing is masked', () => {
  expect([new SecretMask().isEmpty, new SecretMask({}).isEmpty, mask.isEmpty]).toEqual([true, true, false]);
  expect(new SecretMask().beginning('text')).toBe('text');
});
