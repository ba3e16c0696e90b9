// All limits on an upload (scan policy §8, plugin format §1). No other file in archive/ defines one.

const MiB = 1024 * 1024;

/** The largest upload a client may announce or send, by any route. */
export const uploadBytesMax = 524_288_000;

/** Archives up to this size are read into memory, and every CRC is checked. Larger ones are read window by window in a single pass. */
export const inMemoryBytesMax = 16 * MiB;

/** Window size for reading larger archives. */
export const windowBytes = 4 * MiB;

/** Files and folders, except those that macOS adds. */
export const entriesMax = 1_000;

/** Listed entries, including macOS's metadata files and extended tar headers. */
export const listedMax = 4 * entriesMax;

export const unpackedBytesMax = 524_288_000;

/** Total size of the scanned files. */
export const sourceBytesMax = 50 * MiB;

/** Size of one scanned file, in an archive or standalone. */
export const sourceFileBytesMax = 2 * MiB;

export const ratioMax = 100;

/** Smaller files have no ratio limit. */
export const ratioAppliesAboveBytes = MiB;

/** A path within the archive, in UTF-8. */
export const pathBytesMax = 512;

/** A file's or folder's name within a path, in UTF-8. Linux's file systems allow no longer one. */
export const nameBytesMax = 255;

/** Folders above a file. Packages nest 15 deep; each of a thousand paths is looked up once for each of its folders. */
export const pathFoldersMax = 64;

/** Well above the central directory of 1,000 entries with long paths and macOS's metadata files. */
export const centralDirectoryBytesMax = 4 * MiB;

/** An extended tar header has a path and a few attributes. */
export const tarExtensionBytesMax = 64 * 1024;

/** Larger requirements files are not checked. */
export const requirementFileBytesMax = 256 * 1024;

/** Findings per requirements file. More would not help the author. */
export const requirementNotesMax = 20;

/** Inflated sources cached after opening, so the scan doesn't inflate them again. */
export const cachedSourceBytesMax = 8 * MiB;

/** Isolate memory (`isolateMemory`) reserved per byte of an open archive and its sources, since a scan builds trees of them. */
export const archiveTimes = 3;

/** Largest expansion factor of Deflate. */
export const inflationMax = 1032;

/** First bytes of a file, by which its kind is detected: magic bytes or a `#!` line. */
export const headBytes = 512;

/** Members of a tar.gz of at least this size are stored uncompressed when repacked (D24). */
export const storedFromBytes = MiB;

/** Size of every part of a repacked zip except the last (D24). R2 requires multipart parts of equal size. */
export const partBytes = 8 * MiB;

/** Trailing bytes of a file searched for a hidden zip: the largest comment, the record, and most directories. */
export const fileTailBytes = MiB;

/**
 * The search for secrets in an upload's files. Secrets are short, and larger files are data. The totals bound the CPU time and, for an
 * archive that isn't in memory, the reads from the store.
 */
export const secretCheck = { fileBytesMax: 64 * 1024, filesMax: 300, totalBytesMax: 4 * MiB } as const;
