// Every limit on an upload, in one place (scan policy §8, plugin format §1). Nothing else in archive/ holds a number of policy.

const MiB = 1024 * 1024;

/** What a client may announce and upload, whichever way it comes. */
export const uploadBytesMax = 524_288_000;

/** Up to here an archive is read once into memory and every CRC is checked; above, one pass of windows goes over it. */
export const inMemoryBytesMax = 16 * MiB;

/** As much of a larger archive as is looked at at once. */
export const windowBytes = 4 * MiB;

/** Files and folders, after what macOS adds has been dropped. */
export const entriesMax = 1_000;

/** What may be listed at all, with macOS's doubles and extended tar headers. */
export const listedMax = 4 * entriesMax;

export const unpackedBytesMax = 524_288_000;

/** All files that are scanned, together. */
export const sourceBytesMax = 50 * MiB;

/** One file that is scanned. */
export const sourceFileBytesMax = 2 * MiB;

export const ratioMax = 100;

/** Smaller files may be squeezed as far as they will go. */
export const ratioAppliesAboveBytes = MiB;

/** A path within the archive, in UTF-8. */
export const pathBytesMax = 512;

/** A central directory of 1,000 entries with long paths and macOS's doubles stays well below. */
export const centralDirectoryBytesMax = 4 * MiB;

/** An extended tar header: a path and a few attributes. */
export const tarExtensionBytesMax = 64 * 1024;

/** Requirement files above this are not read line by line. */
export const requirementFileBytesMax = 256 * 1024;

/** One more of the same would tell an author nothing new. */
export const requirementNotesMax = 20;

/** Inflated sources kept after the archive was opened, so that scanning doesn't inflate them again. */
export const keptBytesMax = 16 * MiB;

/** As much of a file's beginning as its kind is told from: magic bytes, and a `#!` line. */
export const headBytes = 512;

/** Entries of a tar.gz from this size on are stored, not compressed, when it is repacked (design D24). */
export const storedFromBytes = MiB;

/** Every part of a repacked zip but the last is exactly this long (design D24). */
export const partBytes = 8 * MiB;
