// A step of `npm start`: bundles the Worker, unless that was done before. The bundlers are gone before the database takes memory.
import { runStep } from './step-process.ts';
import { bundleWorker } from './worker-bundle.ts';

await runStep(bundleWorker);
