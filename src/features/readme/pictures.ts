// Recognizes pictures by their first bytes. Only raster formats: an SVG is a document, which can have scripts.

export type PictureType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';

/** A picture's type, with the texts that it has at these offsets, as Latin-1. */
const signatures: readonly [type: PictureType, ...texts: [offset: number, text: string][]][] = [
  ['image/png', [0, '\x89PNG\r\n\x1a\n']],
  ['image/jpeg', [0, '\xff\xd8\xff']],
  ['image/gif', [0, 'GIF87a']],
  ['image/gif', [0, 'GIF89a']],
  ['image/webp', [0, 'RIFF'], [8, 'WEBP']],
];

export const pictureTypes: readonly PictureType[] = [...new Set(signatures.map(([type]) => type))];

/** Returns undefined for anything that isn't a picture. */
export function pictureType(bytes: Uint8Array): PictureType | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 12));
  return signatures.find(([, ...texts]) => texts.every(([offset, text]) => start.startsWith(text, offset)))?.[0];
}
