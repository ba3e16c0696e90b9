// Removes trees in a thread: it is blocked for as long as the disk takes. Each message is the path of a tree that gets one turn.
import { parentPort } from 'node:worker_threads';
import { removeTree } from './remove-tree.ts';

/** Other trees have their turn after this long, so that nobody's large tree delays the removal of others. */
const turnMs = 1000;

parentPort?.on('message', (path) => parentPort?.postMessage(removeTree(String(path), turnMs)));
