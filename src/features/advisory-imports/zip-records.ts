// Reads the records in a zip one by one. Holds the zip's directory, a window of its bytes, and one record.
import { Inflater } from '../../archive/compression/inflate.ts';
import { CorruptContent, checkedContent } from '../../archive/contents/stored-index.ts';
import type { ByteSource } from '../../archive/reading/byte-source.ts';
import { Defect } from '../../archive/reading/defect.ts';
import { Meter } from '../../archive/reading/meter.ts';
import { SequentialReader } from '../../archive/reading/sequential-reader.ts';
import { isJunk } from '../../archive/rules/paths.ts';
import { type PlacedEntry, readZipDirectory } from '../../archive/zip-reader/zip-directory.ts';
import { compressionMethod } from '../../archive/zip-reader/zip-entry.ts';
import { checkLocalHeader } from '../../archive/zip-reader/zip-local.ts';
import { advisoryImportLimits } from '../../contract/limits/scans.ts';
import { parseJson } from '../../core/json/parse.ts';
import type { LoopTurns } from '../../core/turns.ts';
import { type Advisory, RecordRefused, readRecord } from '../../osv/record.ts';
import { ImportRefused } from './claim.ts';

const { directoryBytesMax, entriesMax, recordBytesMax } = advisoryImportLimits;
/** Work to find an entry in the directory, in bytes. */
const entryWork = 1024;

/** Returns the zip's files in the order of their bytes. */
export async function listFiles(source: ByteSource, turns: LoopTurns): Promise<PlacedEntry[]> {
  const pause = () => turns.spend(entryWork);
  const limits = { entriesMax, listedMax: entriesMax, bytesMax: directoryBytesMax, pause };
  const { entries, findings } = await refusingDefects(() => readZipDirectory(source, limits));
  const [first] = findings;
  if (first) throw new ImportRefused(`The zip cannot be read: ${first.message}`);
  return entries.filter(({ name }) => !name.folder && !isJunk(name));
}

/** A record, or why a file isn't read as one. */
export type FileReading = { record: Advisory } | { refused: string };

/** Yields what each file contains. */
export async function* readFiles(
  source: ByteSource,
  files: readonly PlacedEntry[],
  { now, turns }: { now: number; turns: LoopTurns },
): AsyncGenerator<FileReading> {
  const meter = new Meter();
  const inflater = new Inflater();
  const reader = new SequentialReader(source, meter, undefined, files[0]?.headerOffset ?? 0);
  for (const file of files) {
    const isRecord = file.name.path.endsWith('.json') && file.size <= recordBytesMax;
    const text = isRecord ? await refusingDefects(() => unpackText(reader, file, { inflater, meter })) : undefined;
    await turns.spend(file.compressedSize + 2 * (text?.length ?? 0));
    yield readText(file, text, now);
  }
}

function readText(file: PlacedEntry, text: string | undefined, now: number): FileReading {
  const { path } = file.name;
  try {
    const record = text === undefined ? undefined : readRecord(parseJson(text), now);
    if (record) return { record };
    const isLarge = file.size > recordBytesMax;
    return {
      refused: isLarge
        ? `${path} has ${file.size} bytes; the limit is ${recordBytesMax}`
        : `${path} is not an OSV record`,
    };
  } catch (error) {
    if (error instanceof RecordRefused) return { refused: error.message };
    throw error;
  }
}

async function unpackText(
  reader: SequentialReader,
  file: PlacedEntry,
  { inflater, meter }: { inflater: Inflater; meter: Meter },
): Promise<string | undefined> {
  const { path } = file.name;
  await reader.skipTo(file.headerOffset);
  await checkLocalHeader(reader, file, path);
  const bytes = new Uint8Array(file.size);
  let filled = 0;
  try {
    const entry = { ...file, path, method: compressionMethod(file) };
    for await (const chunk of checkedContent(reader, entry, meter, inflater)) {
      bytes.set(chunk, filled);
      filled += chunk.length;
    }
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch (error) {
    if (error instanceof CorruptContent || error instanceof TypeError) return undefined;
    throw error;
  }
}

async function refusingDefects<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Defect)) throw error;
    throw new ImportRefused(`The zip cannot be read: ${error.message}`);
  }
}
