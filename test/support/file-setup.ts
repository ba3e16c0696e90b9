// Runs before each test file: nothing is left of the file before, and D1 has the schema.
import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterAll } from 'vitest';
import { acceptMessages, finishWork } from './work-in-progress.ts';

await reset();
await env.DB.batch(env.MIGRATIONS.flatMap(({ queries }) => queries).map((query) => env.DB.prepare(query)));
acceptMessages();

// Storage is emptied only when nothing uses it: work that is cancelled halfway would fail, or send messages to the next file.
afterAll(finishWork, 60_000);
