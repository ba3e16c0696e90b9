// Stores modules of so many bytes, and calls a plugin of each at the same time (bench/memory/worker.ts).
import type { Inspected } from './server.ts';

/** An empty module with a section that means nothing, and fills it up. */
function moduleOf(bytes: number): Uint8Array<ArrayBuffer> {
  const module = new Uint8Array(bytes);
  const section = bytes - 14;
  const size = Array.from({ length: 5 }, (_, i) => ((section >> (7 * i)) & 0x7f) | (i < 4 ? 0x80 : 0));
  module.set([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0, ...size]);
  return module;
}

let stored = 0;

/** Returns the URLs at which a plugin of each module is called. None was loaded. */
export async function storedModules({ local }: Inspected, sizes: readonly number[]): Promise<string[]> {
  const urls = sizes.map(() => `${local.url}/memory/modules/${stored++}`);
  for (const [nth, url] of urls.entries()) await fetch(url, { method: 'PUT', body: moduleOf(sizes[nth] ?? 0) });
  return urls;
}

/** The module has no memory, which its main module finds once it is loaded. */
export async function callModule(url: string): Promise<void> {
  const answer = await (await fetch(url)).text();
  if (!answer.includes('exports no memory')) throw new Error(`The module was not loaded: ${answer.slice(0, 300)}`);
}
