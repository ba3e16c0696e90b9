// Detects executables, archives and pickles by a file's first bytes, whatever its name (scan policy §8: SLP707, 708 and 711;
// `.pth` also 713).
import { extensionIn } from './name-rules.ts';
import type { Note } from './note.ts';

const executables: readonly { kind: string; magic: readonly number[] }[] = [
  { kind: 'ELF', magic: [0x7f, 0x45, 0x4c, 0x46] },
  { kind: 'Mach-O', magic: [0xfe, 0xed, 0xfa, 0xce] },
  { kind: 'Mach-O', magic: [0xfe, 0xed, 0xfa, 0xcf] },
  { kind: 'Mach-O', magic: [0xce, 0xfa, 0xed, 0xfe] },
  { kind: 'Mach-O', magic: [0xcf, 0xfa, 0xed, 0xfe] },
  { kind: 'Mach-O or Java class', magic: [0xca, 0xfe, 0xba, 0xbe] },
  { kind: 'Mach-O', magic: [0xca, 0xfe, 0xba, 0xbf] },
  { kind: 'Mach-O', magic: [0xbe, 0xba, 0xfe, 0xca] },
  { kind: 'Mach-O', magic: [0xbf, 0xba, 0xfe, 0xca] },
];

const archives: readonly { kind: string; magic: readonly number[] }[] = [
  { kind: 'zip', magic: [0x50, 0x4b, 0x03, 0x04] },
  { kind: 'zip', magic: [0x50, 0x4b, 0x05, 0x06] },
  { kind: 'zip', magic: [0x50, 0x4b, 0x07, 0x08] },
  { kind: 'gzip', magic: [0x1f, 0x8b] },
];

export function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

/** `head` is the whole file, or its first `headBytes` bytes (contract/limits/archives.ts). */
export function pythonHeadNotes(path: string, head: Uint8Array): Note[] {
  if (isSafetensors(path, head)) return [];
  const executable = executableKind(head);
  if (executable !== undefined) return [{ ruleId: 'SLP707', reason: executable }];
  const archive = archiveKind(head);
  if (archive !== undefined && !extensionIn(path, ['.pt', '.pth', '.npz']))
    return [{ ruleId: 'SLP708', reason: archive }];
  const isPickle = archive !== undefined || (isPickled(head) && !extensionIn(path, ['.safetensors', '.onnx']));
  if (extensionIn(path, ['.pth']) && !isPickle && !isBinary(head)) {
    return [{ ruleId: 'SLP713', reason: 'Python runs its import lines at startup' }];
  }
  return isPickle || extensionIn(path, ['.pth']) ? [{ ruleId: 'SLP711' }] : [];
}

export function executableKind(head: Uint8Array): string | undefined {
  const known = executables.find(({ magic }) => startsWith(head, magic))?.kind;
  return known ?? (isPortableExecutable(head) ? 'PE' : undefined);
}

export function archiveKind(head: Uint8Array): string | undefined {
  return archives.find(({ magic }) => startsWith(head, magic))?.kind;
}

/** Whether a `#!` line names Python: the file is source, whatever its name (scan policy §8). */
export function hasPythonShebang(head: Uint8Array): boolean {
  if (!startsWith(head, [0x23, 0x21])) return false;
  const end = head.findIndex((byte) => byte === 0x0a || byte === 0x0d);
  const line = end < 0 ? head : head.subarray(0, end);
  return new TextDecoder().decode(line).toLowerCase().includes('python');
}

function isPickled(head: Uint8Array): boolean {
  const protocol = head[1] ?? 0;
  return head[0] === 0x80 && protocol >= 2 && protocol <= 5;
}

/** Text may also start with `MZ`, but an executable's header continues with bytes that never occur in text. */
function isPortableExecutable(head: Uint8Array): boolean {
  return startsWith(head, [0x4d, 0x5a]) && (head.length === 2 || !isText(head.subarray(0, 64)));
}

/** Matches an eight-byte length followed by a JSON object. The length can look like another format's magic bytes. */
function isSafetensors(path: string, head: Uint8Array): boolean {
  return extensionIn(path, ['.safetensors']) && head[8] === 0x7b && head[6] === 0 && head[7] === 0;
}

function isBinary(head: Uint8Array): boolean {
  return !isText(head) && !/^[ \t]*import[ \t]/m.test(new TextDecoder().decode(head).replaceAll('\r', '\n'));
}

/** Accepts valid UTF-8 without control characters, even if the last character is truncated. */
function isText(head: Uint8Array): boolean {
  for (const byte of head) {
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x0c) return false;
  }
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}
