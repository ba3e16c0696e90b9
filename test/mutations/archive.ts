// Mutations of src/archive: unsafe names, limits, disagreeing records, and what a file's first bytes say.
import type { Mutation } from './mutation.ts';

const names = 'test/archive/zip-names.test.ts';
const contents = 'test/archive/zip-contents.test.ts';
const structure = 'test/archive/zip-structure.test.ts';
const cache = 'test/archive/source-cache.test.ts';
const tar = 'test/archive/tar-gz.test.ts';
const requirements = 'test/archive/requirements.test.ts';
const go = 'test/archive/go.test.ts';

export const mutations: Mutation[] = [
  {
    name: 'a path that leaves the archive is accepted',
    file: 'src/archive/paths.ts',
    search: "if (part === '..') return 'contains `..`';",
    replace: '',
    tests: [names],
  },
  {
    name: 'an absolute path has no reason of its own',
    file: 'src/archive/paths.ts',
    search: "if (path.startsWith('/')) return 'absolute path';",
    replace: '',
    tests: [names],
  },
  {
    name: 'a backslash in a name is accepted',
    file: 'src/archive/paths.ts',
    search: "if (path.includes('\\\\')) return 'backslash';",
    replace: '',
    tests: [names],
  },
  {
    name: 'a bidirectional character in a name is accepted',
    file: 'src/archive/paths.ts',
    search: 'if (path.search(invisible) >= 0)',
    replace: 'if (path.search(/[\\p{Cc}]/u) >= 0)',
    tests: [names],
  },
  {
    name: 'names that differ only in case do not collide',
    file: 'src/archive/paths.ts',
    search: ".toLowerCase().toUpperCase().toLowerCase().normalize('NFC')",
    replace: '',
    tests: [names],
  },
  {
    name: 'a file that is also a folder does not collide',
    file: 'src/archive/paths.ts',
    search: 'if (file !== undefined) findings.push(collision(file, printable(path)));',
    replace: '',
    tests: [names],
  },
  {
    name: 'a hidden macOS entry may lead out of its folder',
    file: 'src/archive/paths.ts',
    search: "if (parts.includes('..') || path.includes('\\\\')) return false;",
    replace: "if (parts.includes('..')) return false;",
    tests: [names],
  },
  {
    name: 'an entry of exactly 100:1 exceeds the ratio',
    file: 'src/archive/entry-limits.ts',
    search: 'size > compressedSize * ratioMax',
    replace: 'size >= compressedSize * ratioMax',
    tests: [contents],
  },
  {
    name: 'the ratio is not limited',
    file: 'src/archive/entry-limits.ts',
    search: 'size > ratioAppliesAboveBytes && size > compressedSize * ratioMax',
    replace: 'size > ratioAppliesAboveBytes && size < 0',
    tests: [contents],
  },
  {
    name: '1,001 entries are accepted',
    file: 'src/archive/entry-limits.ts',
    search: 'if (entryCount > entriesMax)',
    replace: 'if (entryCount > entriesMax + 1)',
    tests: [contents],
  },
  {
    name: 'folders do not count as entries',
    file: 'src/archive/entry-limits.ts',
    search: 'files.length + folderCount;',
    replace: 'files.length;',
    tests: [contents],
  },
  {
    name: 'a source above 2 MiB is accepted',
    file: 'src/archive/entry-limits.ts',
    search: 'if (size > sourceFileBytesMax) findings',
    replace: 'if (size > 2 * sourceFileBytesMax) findings',
    tests: [contents],
  },
  {
    name: 'a little-endian universal Mach-O is not recognized',
    file: 'src/archive/magic.ts',
    search: "{ kind: 'Mach-O', magic: [0xbf, 0xba, 0xfe, 0xca] },",
    replace: '',
    tests: [contents],
  },
  {
    name: 'an ELF file is not recognized',
    file: 'src/archive/magic.ts',
    search: "{ kind: 'ELF', magic: [0x7f, 0x45, 0x4c, 0x46] },",
    replace: '',
    tests: [contents],
  },
  {
    name: 'a nested zip is not recognized',
    file: 'src/archive/magic.ts',
    search: "{ kind: 'zip', magic: [0x50, 0x4b, 0x03, 0x04] },",
    replace: '',
    tests: [contents],
  },
  {
    name: 'the source cache has no limit',
    file: 'src/archive/source-cache.ts',
    search: '!isSource || this.#bytes + bytes.length > cachedSourceBytesMax',
    replace: '!isSource',
    tests: [cache],
  },
  {
    name: 'the source cache forgets its size',
    file: 'src/archive/source-cache.ts',
    search: 'this.#bytes += bytes.length;',
    replace: '',
    tests: [cache],
  },
  {
    name: 'a symbolic link in a zip is accepted',
    file: 'src/archive/zip-entry.ts',
    search: 'if (type !== 0 && type !== regularType && type !== folderType)',
    replace: 'if (type !== 0 && type !== regularType && type !== folderType && type !== 0o120000)',
    tests: [names],
  },
  {
    name: 'an encrypted entry is accepted',
    file: 'src/archive/zip-entry.ts',
    search: '(flagBits.encrypted | flagBits.strong | flagBits.masked)',
    replace: '(flagBits.strong | flagBits.masked)',
    tests: [structure],
  },
  {
    name: 'the name in the local header may differ',
    file: 'src/archive/zip-local.ts',
    search: "if (!sameBytes(rest.subarray(0, nameBytes), entry.rawName)) throw differs('the name');",
    replace: '',
    tests: [structure],
  },
  {
    name: 'bytes between entries are accepted',
    file: 'src/archive/zip-local.ts',
    search: 'if (length !== 0) throw',
    replace: 'if (length < 0) throw',
    tests: [structure],
  },
  {
    name: 'a Unicode path field may name another file',
    file: 'src/archive/zip-extra.ts',
    search: 'readings.includes(named);',
    replace: 'named.length > 0;',
    tests: [structure],
  },
  {
    name: 'a hard link in a tar is accepted',
    file: 'src/archive/tar-members.ts',
    search: "const isFile = (header.type === '0' ||",
    replace: "const isFile = (header.type === '0' || header.type === '1' ||",
    tests: [tar],
  },
  {
    name: 'data after the end of a tar is accepted',
    file: 'src/archive/tar-members.ts',
    search: "if (!isZeroBlock(bytes)) throw new Defect('SLP710', 'data after the end of the tar');",
    replace: '',
    tests: [tar],
  },
  {
    name: 'a pax record may change the size of a member',
    file: 'src/archive/tar-members.ts',
    search: 'if (extension.size !== undefined && extension.size !== header.size)',
    replace: 'if (extension.size !== undefined && extension.size < 0)',
    tests: [tar],
  },
  {
    name: 'a requirement from a URL is accepted',
    file: 'src/archive/requirements.ts',
    search: "return text.includes('://') || versionControl",
    replace: 'return versionControl',
    tests: [requirements],
  },
  {
    name: 'C sources in a Go plugin are accepted',
    file: 'src/archive/go-rules.ts',
    search: "...['.c', '.cc',",
    replace: "...['.cc',",
    tests: [go],
  },
  {
    name: 'a Git LFS pointer in a Go plugin is accepted',
    file: 'src/archive/go-rules.ts',
    search: 'return isPointer ?',
    replace: 'return !isPointer && isPointer ?',
    tests: [go],
  },
];
