// Makes room for a version that finds the GPUs full, for `publish --replace`: undeploys the older versions, and deploys once more.
import { gpusFullMark } from '../../contract/plugin/gpu-share.ts';
import type { Connection } from '../connection/connect.ts';
import { undeployOlder } from '../deployments/undeploy-older.ts';
import { Failure } from '../terminal/failure.ts';
import type { Output } from '../terminal/output.ts';

export async function deployWithFreedGpus<Deployed>(
  connection: Connection,
  name: string,
  deploy: () => Promise<Deployed>,
  output: Output,
): Promise<Deployed> {
  try {
    return await deploy();
  } catch (error) {
    if (!(error instanceof Failure) || !error.message.includes(gpusFullMark)) throw error;
    const { undeployed } = await undeployOlder(connection, name, 0);
    if (undeployed.length === 0) throw error;
    output.info(`  ! The GPUs are full: undeployed ${undeployed.join(', ')} of ${name} first.`);
    return deploy();
  }
}
