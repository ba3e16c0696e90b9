// Compresses packages with Zstandard.
import type { Transform } from 'node:stream';
import { constants, createZstdCompress } from 'node:zlib';

/** Node's defaults, 16 and 64 KiB, would take many more turns of the event loop and the thread pool; a larger size would create garbage. */
export const chunkBytes = 256 * 1024;

/**
 * Returns a compressor whose output depends only on its input, because the same files must give the same archive. Zstandard writes other
 * bytes if data arrives together with the end, so the end waits until all data is compressed.
 */
export function newCompressor(): Transform {
  const compressor = createZstdCompress({ chunkSize: chunkBytes, params: { [constants.ZSTD_c_compressionLevel]: 3 } });
  const end = compressor.end.bind(compressor);
  compressor.end = () => {
    compressor.write(Buffer.alloc(0), () => end());
    return compressor;
  };
  return compressor;
}
