// Tests files and paths that are no pictures.
import { expect, test } from 'vitest';
import { publisher } from '../scenes/images.ts';
import { pictures } from '../scenes/pictures.ts';

const text = (value: string) => new TextEncoder().encode(value);

test.each<[what: string, path: string, bytes: Uint8Array]>([
  ['an SVG', 'logo.svg', text('<svg xmlns="http://www.w3.org/2000/svg"/>')],
  ['an SVG with another name', 'logo.png', text('<svg xmlns="http://www.w3.org/2000/svg"/>')],
  ['a page with another name', 'logo.png', text('<!doctype html><script>alert(1)</script>')],
  ['a page that names a format', 'logo.gif', text('GIF <html><script>alert(1)</script>')],
  ['a WAV, which begins as a WebP does', 'logo.webp', text('RIFF\x10\0\0\0WAVEfmt ')],
  ['the beginning of a PNG', 'logo.png', pictures.png.slice(0, 7)],
  ['an empty file', 'logo.png', new Uint8Array(0)],
])('%s is no picture', async (_, path, bytes) => {
  const { org, pathOf } = await publisher({ [path]: bytes });
  expect(await org.get(pathOf(path))).toMatchObject({
    status: 404,
    body: { error: { message: `Picture not found: ${path}` } },
  });
});

test.each(['absent.png', '../logo.png', './logo.png', '/logo.png', 'docs/../logo.png', 'LOGO.png', 'logo.png/', ''])(
  'the path %j names no picture',
  async (path) => {
    const { org, pathOf } = await publisher({ 'logo.png': pictures.png });
    expect((await org.get(pathOf(path))).status).toBe(404);
  },
);
