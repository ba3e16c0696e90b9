// Removes trees in a thread, which blocks for as long as the disk takes. Each message is the path of a tree to work on for one turn.
import { parentPort } from 'node:worker_threads';
import { removeTree } from './remove-tree.ts';

/** After this long, other trees get a turn, so that one large tree doesn't delay other removals. */
const turnMs = 1000;

parentPort?.on('message', (path) => parentPort?.postMessage(removeTree(String(path), turnMs)));
