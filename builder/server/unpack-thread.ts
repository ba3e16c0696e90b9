// A thread that unpacks one archive and tells the result.
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { unpackHere } from './unpack.ts';

const { archivePath, folder } = z.object({ archivePath: z.string(), folder: z.string() }).parse(workerData);
parentPort?.postMessage(await unpackHere(archivePath, folder));
