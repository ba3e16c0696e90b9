// Recognizes, by content, files that may run code when loaded: pickles, archives that contain them, and formats that hide their
// content.
const encoder = new TextEncoder();

const compressions: readonly [what: string, magic: readonly number[]][] = [
  ['gzip', [0x1f, 0x8b]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['Zstandard', [0x28, 0xb5, 0x2f, 0xfd]],
  ['LZ4', [0x04, 0x22, 0x4d, 0x18]],
];
const zip = [0x50, 0x4b, 0x03, 0x04];
const npy = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const hdf5 = [0x89, 0x48, 0x44, 0x46];
const zlib = [0x78];
const proto = 0x80;
const protocolMax = 5;

/** Returns why the file may run code when loaded; undefined if its format can't. */
export function pickleReason(head: Uint8Array, tail: Uint8Array): string | undefined {
  const [first = 0, second = 0] = head;
  if (first === proto && second <= protocolMax) return 'it is a pickle';
  const compression = compressions.find(([, magic]) => startsWith(head, magic));
  if (compression) return `it is compressed with ${compression[0]}, which hides its format`;
  if (startsWith(head, zlib) && ((first << 8) | second) % 31 === 0)
    return 'it is compressed with zlib, which hides its format';
  if (startsWith(head, hdf5)) return 'it is an HDF5 file, which Keras loads with functions that it contains';
  if (startsWith(head, npy) && includes(head.subarray(0, 256), '|O')) return 'it is a NumPy file with pickled objects';
  if (startsWith(head, zip) && ['.pkl', '.pickle', '.joblib', '.npy'].some((end) => includes(tail, end)))
    return 'it is a zip with pickled objects, as PyTorch and NumPy write them';
  return isTextPickle(head) ? 'it is a pickle of protocol 0' : undefined;
}

/** Protocol 0 is text. A global is `c` followed by a module and a name on separate lines; a container starts with a mark. */
function isTextPickle(head: Uint8Array): boolean {
  const text = new TextDecoder('latin1').decode(head.subarray(0, 256));
  return /^(?:c[\w.]+\n[\w.]+\n|\(?[ldi]p?\d*\n|\([dlc])/.test(text);
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

function includes(bytes: Uint8Array, text: string): boolean {
  const wanted = encoder.encode(text);
  const [first = 0] = wanted;
  for (let at = bytes.indexOf(first); at !== -1; at = bytes.indexOf(first, at + 1))
    if (wanted.every((byte, i) => bytes[at + i] === byte)) return true;
  return false;
}
