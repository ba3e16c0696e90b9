// Writes pictures as PNG files with a palette, which take a third of the bytes.
import { crc32, deflateSync } from 'node:zlib';

export interface Picture {
  width: number;
  height: number;
  /** Each pixel's color, with four bits each for red, green and blue. */
  colors: Uint16Array;
}

const paletteMax = 256;
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Replaces the rarest colors with similar ones if the picture has more colors than a palette can hold. */
export function indexedPng({ width, height, colors }: Picture): Buffer {
  const palette = mostFrequent(colors);
  const indexes = new Map(palette.map((color, index) => [color, index]));
  // Each row starts with its filter number, which is 0 for none.
  const rows = Buffer.alloc((width + 1) * height);
  colors.forEach((color, at) => {
    const index = indexes.get(color) ?? nearest(palette, color);
    indexes.set(color, index);
    rows[Math.floor(at / width) * (width + 1) + 1 + (at % width)] = index;
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits per pixel, which are palette indexes.
  header.set([8, 3], 8);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flatMap(channels))),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function mostFrequent(colors: Uint16Array): number[] {
  const counts = new Map<number, number>();
  for (const color of colors) counts.set(color, (counts.get(color) ?? 0) + 1);
  const byCount = [...counts].toSorted(([, a], [, b]) => b - a);
  return byCount.slice(0, paletteMax).map(([color]) => color);
}

function nearest(palette: readonly number[], color: number): number {
  const distances = palette.map((known) => distance(channels(known), channels(color)));
  return distances.indexOf(Math.min(...distances));
}

function distance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, channel) => sum + (value - (b[channel] ?? 0)) ** 2, 0);
}

/** Returns red, green and blue, from 0 to 255. */
function channels(color: number): [number, number, number] {
  return [17 * (color >> 8), 17 * ((color >> 4) & 15), 17 * (color & 15)];
}

function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, sum]);
}
