// Tests Python index pages in both formats: what the builder reads, and what it withholds from uv.
import { expect, test } from 'vitest';
import { readPage, writePage } from '../../../builder/server/environments/indexes/index-page.ts';

const at = new URL('https://pypi.example.com/simple/acme-ocr/');
const sha256 = 'a'.repeat(64);
const plain = { hashes: {}, requiresPython: undefined, yanked: false, hasMetadata: false };

function read(text: string, type = 'text/html; charset=utf-8') {
  return readPage(text, type, at)?.map(({ url, ...file }) => ({ ...file, url: url.href }));
}

test('an HTML page is read with its hashes, Python requirements, metadata and yanked files', () => {
  const page = `<!DOCTYPE html><html><body><h1>Links</h1>
    <a href="../../files/acme_ocr-1.0-py3-none-any.whl#sha256=${sha256}" data-requires-python="&gt;=3.9" data-core-metadata="sha256=x">
      acme_ocr-1.0-py3-none-any.whl</a><br/>
    <A data-yanked="broken &quot;here&quot;" HREF='https://else.example.com/acme_ocr-1.1-py3-none-any.whl?a=1&#38;b=2'>acme_ocr-1.1-py3-none-any.whl</A>
    <a data-yanked href=acme_ocr-1.2.tar.gz data-dist-info-metadata=false>acme_ocr-1.2.tar.gz</a></body></html>`;
  expect(read(page)).toEqual([
    {
      filename: 'acme_ocr-1.0-py3-none-any.whl',
      url: 'https://pypi.example.com/files/acme_ocr-1.0-py3-none-any.whl',
      hashes: { sha256 },
      requiresPython: '>=3.9',
      yanked: false,
      hasMetadata: true,
    },
    {
      ...plain,
      filename: 'acme_ocr-1.1-py3-none-any.whl',
      url: 'https://else.example.com/acme_ocr-1.1-py3-none-any.whl?a=1&b=2',
      yanked: 'broken "here"',
    },
    { ...plain, filename: 'acme_ocr-1.2.tar.gz', url: `${at.href}acme_ocr-1.2.tar.gz`, yanked: true },
  ]);
});

test('a JSON page is read in the same way, and is rewritten for uv with new addresses', () => {
  const file = { filename: 'acme_ocr-1.0-py3-none-any.whl', url: 'a.whl', hashes: { sha256 }, unknown: { deep: 1 } };
  const files = [{ ...file, 'requires-python': '>=3.9', 'core-metadata': { sha256 }, yanked: 'broken' }];
  const page = JSON.stringify({ meta: { 'api-version': '1.4' }, name: 'acme-ocr', files, versions: ['1.0'] });
  const found = readPage(page, 'application/vnd.pypi.simple.v1+json', at) ?? [];
  expect(found.map(({ url }) => url.href)).toEqual([`${at.href}a.whl`]);
  expect(JSON.parse(writePage('acme-ocr', found, ({ filename }) => `0/${filename}`))).toEqual({
    meta: { 'api-version': '1.0' },
    name: 'acme-ocr',
    files: [
      {
        filename: 'acme_ocr-1.0-py3-none-any.whl',
        url: '0/acme_ocr-1.0-py3-none-any.whl',
        hashes: { sha256 },
        'requires-python': '>=3.9',
        yanked: 'broken',
        'upload-time': '1970-01-01T00:00:00Z',
        'core-metadata': true,
      },
    ],
  });
});

test.each([
  ['a file in another folder', '<a href="x">../../evil.whl</a>'],
  ['a name with a query', '<a href="x">a.whl?x</a>'],
  ['a link without an address', '<a name="x">acme_ocr-1.0-py3-none-any.whl</a>'],
  ['an address that is none', '<a href="https://">acme_ocr-1.0-py3-none-any.whl</a>'],
  ['a link in a comment of an attribute that never ends', '<a href="x>acme_ocr-1.0-py3-none-any.whl</a>'],
])('a page omits %s', (_, page) => {
  expect(read(page)).toEqual([]);
});

test.each([
  ['another type', '{"files": []}', 'application/octet-stream'],
  ['JSON that is cut off', '{"files": [', 'application/json'],
  ['JSON of something else', '{"message": "Not found"}', 'application/json'],
  ['too many links', '<a href="x">x</a>'.repeat(20_001), 'text/html'],
])('a response with %s is not a page', (_, page, type) => {
  expect(read(page, type)).toBeUndefined();
});
