#!/usr/bin/env node
// The packed `slipway`'s entry point.
import { loadCommands } from './code-cache.ts';

const { save, start } = loadCommands(process.argv[2]);
process.once('exit', save);
await start();
