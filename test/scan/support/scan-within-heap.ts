// Runs in a worker thread with a small heap: scans a plugin's files, and sends the rules that they break.
import { parentPort, workerData } from 'node:worker_threads';
import { nodeParsers } from '../../../src/cli/parsers.ts';
import { scanPlugin } from './scan-plugin.ts';

const files: Record<string, string> = workerData;
const sources = Object.entries(files).map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) }));
const findings = await scanPlugin(nodeParsers(), sources, { level: 'strict' });
parentPort?.postMessage([...new Set(findings.map(({ ruleId }) => ruleId))].sort());
