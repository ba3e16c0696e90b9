// Removes trees in a thread, which blocks for as long as the disk takes. Each message is the path of a tree that gets one turn.
import { parentPort } from 'node:worker_threads';
import { removeTree } from './remove-tree.ts';

/** After this long, other trees get their turn, so that nobody's large tree delays other removals. */
const turnMs = 1000;

parentPort?.on('message', (path) => parentPort?.postMessage(removeTree(String(path), turnMs)));
