// Provides files that begin as a browser recognizes them.
import { joined } from '../../../support/bytes.ts';

const beginning = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const rest = beginning('\0\x01the rest');

export const pictures = {
  png: joined([beginning('\x89PNG\r\n\x1a\n'), rest]),
  jpeg: joined([beginning('\xff\xd8\xff\xe0'), rest]),
  gif87: joined([beginning('GIF87a'), rest]),
  gif89: joined([beginning('GIF89a'), rest]),
  webp: joined([beginning('RIFF\x10\0\0\0WEBPVP8 '), rest]),
};
