// The last step of `npm start`: publishes the examples. Runs as a separate process, with start.ts's arguments and environment.
import { join } from 'node:path';
import { readLocal } from '../local/organization.ts';
import { readStartSettings } from '../local/settings.ts';
import { runStep } from '../local/step-process.ts';
import { runDemo } from './demo.ts';
import { runGoDemo } from './go-demo.ts';

await runStep(async () => {
  const settings = readStartSettings(process.argv.slice(2), process.env);
  if (typeof settings === 'string') throw new Error(settings);
  const { state } = settings;
  const local = await readLocal(state);
  await runDemo(local, settings);
  await runGoDemo(local, { folder: join(state, 'example.git'), url: process.env.BUILDER_EXAMPLE_REPOSITORY ?? '' });
});
