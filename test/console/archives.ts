// Packs the files of a plugin, as a browser would send them.
import { packZip } from '../../src/archive/zip/pack.ts';

export async function archiveOf(files: Readonly<Record<string, string>>): Promise<Blob> {
  const encoder = new TextEncoder();
  const entries = Object.entries(files).map(([path, text]) => ({ path, bytes: new Uint8Array(encoder.encode(text)) }));
  return new Blob([new Uint8Array(await packZip(entries))]);
}
