#!/usr/bin/env node
// Entry point of the packed `slipway`.
import { loadCommands } from './code-cache.ts';

const { save, start } = loadCommands(process.argv[2]);
process.once('exit', save);
await start();
