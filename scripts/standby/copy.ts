// Keeps a copy of a state folder. Changes are written to a journal, and applied once they are complete. So whenever this process dies, the
// copy is as the original was at one moment.
import { constants, createReadStream } from 'node:fs';
import { appendFile, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { databases, filesBelow, isFile, store } from '../backup/inventory.ts';
import { blockBytes, digest, type Message, partBytes, type Received, readMessages, split } from './messages.ts';

const unfinishedJournal = (folder: string) => join(folder, 'journal.unfinished');

/** The copy, and not the connection, failed. */
export class CopyFailed extends Error {}

async function writing<Result>(folder: string, action: Promise<Result>): Promise<Result> {
  try {
    return await action;
  } catch (cause) {
    throw new CopyFailed(`the copy in ${folder} can't be written`, { cause });
  }
}

/** Finishes what an earlier process began, and lists the databases and objects, except those that the primary should send again. */
export async function* openCopy(folder: string, without: ReadonlySet<string>): AsyncGenerator<Message> {
  await writing(folder, applyJournal(folder));
  await rm(unfinishedJournal(folder), { force: true });
  for (const path of (await copiedFiles(folder)).filter((one) => !without.has(one))) {
    const digests: Buffer[] = [];
    if (!path.includes('/blobs/'))
      for await (const part of createReadStream(join(folder, path), { highWaterMark: partBytes }))
        digests.push(...split(Buffer.from(part)).map(digest));
    yield { type: 'have', path, data: Buffer.concat(digests) };
  }
}

/** Returns the time of the changes once they are complete and applied. */
export async function receive(folder: string, received: Received): Promise<string | undefined> {
  return writing(folder, write(folder, received));
}

async function write(folder: string, { message, line }: Received): Promise<string | undefined> {
  if (message.type === 'object') return writeObject(join(folder, message.path), message);
  await appendFile(unfinishedJournal(folder), `${line}\n`, { mode: 0o600, flush: message.type === 'commit' });
  if (message.type !== 'commit') return undefined;
  await rename(unfinishedJournal(folder), join(folder, 'journal'));
  await applyJournal(folder);
  return message.at;
}

/** Makes a copy ready to use. Moves the pages of write-ahead logs into their databases. */
export async function finishCopy(folder: string): Promise<void> {
  await writing(folder, finish(folder));
}

async function finish(folder: string): Promise<void> {
  await applyJournal(folder);
  for (const path of (await copiedFiles(folder)).filter((one) => one.endsWith('.sqlite'))) {
    const db = new DatabaseSync(join(folder, path));
    db.exec('pragma wal_checkpoint(truncate)');
    db.close();
  }
}

export async function copiedFiles(folder: string): Promise<string[]> {
  const below = async (part: string) =>
    (await filesBelow(join(folder, part)).catch(() => [])).map((name) => `${part}/${name}`);
  return [...(await below(databases)), ...(await below(store))].filter((path) => !path.endsWith('.unfinished'));
}

/** Doesn't use the journal: nothing reads an object before the copy's index has it. */
async function writeObject(path: string, { offset, last, data }: Message & { type: 'object' }): Promise<undefined> {
  if (offset === 0) await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(`${path}.unfinished`, data, { flag: offset === 0 ? 'w' : 'a', mode: 0o600, flush: last });
  if (last) await rename(`${path}.unfinished`, path);
}

/** Starts over if an earlier process died meanwhile. */
async function applyJournal(folder: string): Promise<void> {
  const journal = join(folder, 'journal');
  if (!(await isFile(journal))) return;
  const names = await open(folder);
  await names.sync(); // keeps the journal's name if the machine loses power
  await names.close();
  for await (const { message } of readMessages(createReadStream(journal))) {
    if (message.type === 'remove') await rm(join(folder, message.path), { force: true });
    if (message.type === 'blocks') await writeBlocks(join(folder, message.path), message);
  }
  await rm(journal);
}

async function writeBlocks(path: string, { numbers, data, size }: Message & { type: 'blocks' }): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  for (const [index, block] of split(data).entries())
    await file.write(block, 0, block.length, (numbers[index] ?? 0) * blockBytes);
  if (size !== undefined) {
    await file.truncate(size);
    await file.sync();
  }
  await file.close();
}
