// Reads what a plugin printed from the logs of its replicas, where the adapter writes a record for each line.
import { readLogFile } from '../../clusters/ray-serve.ts';
import type { HeldLog } from '../../contract/builder/log-chunk.ts';
import { type LogLine, logLineSchema } from '../../contract/builder/log-line.ts';
import { sha256Hex } from '../../core/digest.ts';
import { dashboardFor, type RayDeps, type RayPlace } from './place.ts';
import { showOnRay } from './status.ts';

const mark = 'slipway-line ';

/** One chunk with the newest lines of every replica. Undefined: the cluster does not have the application. */
export async function logsOnRay(ray: RayDeps, place: RayPlace): Promise<HeldLog | undefined> {
  const shown = await showOnRay(ray, place);
  if (!shown || !place.application) return undefined;
  const dashboard = await dashboardFor(ray, place.application.cluster);
  const files = Object.values(shown.application.deployments)
    .flatMap(({ replicas }) => replicas)
    .flatMap(({ log_file_path: path, node_id: node }) =>
      path && node ? [{ node, file: path.replace(/^\//, '') }] : [],
    );
  const texts = await Promise.all(files.map((file) => readLogFile(ray, dashboard, file).catch(() => '')));
  const lines = texts.flatMap(linesIn).sort((one, other) => (one.at < other.at ? -1 : 1));
  const [first] = lines;
  if (!first) return { state: shown.state, chunks: [] };
  const writer = (await sha256Hex(place.id)).slice(0, 8);
  return { state: shown.state, chunks: [{ start: Date.parse(first.at), writer, lines }] };
}

/** A plugin can print a record of its own: it is the plugin's log. */
function linesIn(text: string): LogLine[] {
  return text.split('\n').flatMap((line) => {
    const at = line.indexOf(mark);
    const record = at === -1 ? undefined : logLineSchema.safeParse(jsonOf(line.slice(at + mark.length)));
    return record?.success && !Number.isNaN(Date.parse(record.data.at)) ? [record.data] : [];
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
