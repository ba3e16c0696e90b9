// Packs one source in a thread and posts the archive.
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { yieldThreadToCalls } from '../programs/priority.ts';
import { packHere } from './pack-source.ts';

yieldThreadToCalls();
const files = z.array(z.object({ path: z.string(), bytes: z.instanceof(Uint8Array<ArrayBuffer>) })).parse(workerData);
const packed = await packHere(files);
parentPort?.postMessage(packed, [packed.buffer]);
