// Compresses packages with Zstandard.
import type { Transform } from 'node:stream';
import { constants, createZstdCompress } from 'node:zlib';

/**
 * Returns a compressor whose output depends only on its input, because the same files must give the same archive. Zstandard's output
 * changes if data arrives together with the end, so the end waits until all data is compressed.
 */
export function newCompressor(chunkSize: number): Transform {
  const compressor = createZstdCompress({ chunkSize, params: { [constants.ZSTD_c_compressionLevel]: 3 } });
  const end = compressor.end.bind(compressor);
  compressor.end = () => {
    compressor.write(Buffer.alloc(0), () => end());
    return compressor;
  };
  return compressor;
}
