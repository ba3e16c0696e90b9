// Rolls a version out as Ray Serve does: it replaces the replicas of a deployment, a fifth at a time.
import { findPython } from '../../builder/server/python/python.ts';
import { freePorts, loopback } from '../../scripts/machine/ports.ts';
import { startHead } from '../../scripts/ray/head.ts';
import { installRay } from '../../scripts/ray/install.ts';
import { servePlain } from '../ray/plain.ts';
import { handlerText, type System } from './systems.ts';

const cpus = 4;
const deployment = { num_replicas: 5, ray_actor_options: { num_cpus: 0.2 } };

export const rayServe: System = {
  name: 'Ray Serve, 5 replicas',
  async run(work) {
    const python = await findPython(process.env.PYTHON);
    if (typeof python === 'string') throw new Error(python);
    const head = await startHead({ program: await installRay(python.executable), dashboardPort: null, cpus });
    try {
      await head.ready();
      const [port = 0] = await freePorts(1);
      const serve = { http_options: { host: loopback, port } };
      await servePlain(head, handlerText({ version: 1, failing: 0 }), { deployment, serve });
      await work({
        target: { url: `http://${loopback}:${port}/plain`, headers: { 'content-type': 'application/json' } },
        replace: (next) => servePlain(head, handlerText(next), { deployment, serve }),
      });
    } finally {
      await head.stop();
    }
  },
};
