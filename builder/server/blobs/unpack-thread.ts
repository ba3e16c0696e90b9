// Unpacks one archive in a worker thread and posts the result.
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { languages } from '../../../src/contract/plugin/languages.ts';
import { yieldThreadToCalls } from '../programs/priority.ts';
import { unpackHere } from './unpack.ts';

yieldThreadToCalls();
const { archivePath, folder, language } = z
  .object({ archivePath: z.string(), folder: z.string(), language: z.enum(languages) })
  .parse(workerData);
parentPort?.postMessage(await unpackHere(archivePath, folder, language));
