// Watches a release until it ends: lines that refresh in place on a terminal, one line per change elsewhere.
import { pause } from '../../../client/retry.ts';
import { following } from '../../../contract/limits/event-streams.ts';
import type { CommandResult } from '../../command/context.ts';
import type { Connection } from '../../connection/connect.ts';
import { Outage } from '../../connection/outage.ts';
import { explainInterruption } from '../../terminal/failure.ts';
import type { Output } from '../../terminal/output.ts';
import { printable } from '../../terminal/terminal-text.ts';
import type { ReleaseInFull } from './format.ts';
import { decisionText, formatRelease, type SideLine, sidesOf, sideText, stepText } from './format.ts';
import { findRelease, type ReleaseRef, releasesPath } from './releases.ts';

export async function watchRelease(connection: Connection, ref: ReleaseRef, output: Output): Promise<CommandResult> {
  const { client, signal } = connection;
  let release = await findRelease(connection, ref);
  const path = { namespace_id: await connection.namespaceId(), release_id: release.id };
  let report = releaseReporter(output);
  const outage = new Outage((text) => {
    output.warning(printable(text));
    // Lines above the warning can't be redrawn.
    report = releaseReporter(output);
  });
  const request = { path, signal, onRequestId: outage.end };
  try {
    while (release.ended_at === null) {
      try {
        for await (const { event } of client.events(`${releasesPath}/{release_id}/events`, request)) {
          if (event !== 'release' && event !== 'end') continue;
          release = await client.get(`${releasesPath}/{release_id}`, { path });
          if (release.ended_at !== null) break;
          report(release);
        }
      } catch (error) {
        outage.endure(error);
      }
      if (release.ended_at === null) await pause(following.reconnectMs, signal);
    }
  } catch (error) {
    throw explainInterruption(
      error,
      'the release continues',
      `Come back to it with \`slipway releases watch ${release.id}\`.`,
    );
  }
  const text = formatRelease(release);
  return { json: release, text, ...(release.state === 'reverted' && { exit: 'failed' as const }) };
}

/** Returns what shows a release as it is now. */
export function releaseReporter(
  output: Pick<Output, 'info' | 'isLive' | 'stage'>,
  now: () => number = () => performance.now(),
): (release: ReleaseInFull) => void {
  let before: { at: number; calls: number[] } | undefined;
  let drawn = 0;
  return (release) => {
    const at = now();
    const sides = sidesOf(release);
    const rated = sides.map((side, nth) => ({
      ...side,
      ...rateOf(side, before && { at: before.at, calls: before.calls[nth] ?? 0 }, at),
    }));
    before = { at, calls: sides.map(({ counts }) => counts.calls) };
    const last = release.decisions.at(-1);
    const third = release.waits_for === null ? (last ? decisionText(last) : '') : `waits for ${release.waits_for}`;
    const lines = [
      ...rated.map((side) => `${side.name.padEnd(9)}  ${sideText(side)}`),
      `${release.state}, step ${stepText(release)}: ${third}`,
    ];
    if (!output.isLive) return output.stage(lines.toReversed().join('; '));
    const up = drawn === 0 ? '' : `\u001b[${drawn}A\u001b[J`;
    output.info(`${up}${lines.join('\n')}`);
    drawn = lines.length;
  };
}

function rateOf({ counts }: SideLine, before: { at: number; calls: number } | undefined, at: number) {
  if (!before || at <= before.at) return {};
  return { callsPerSecond: ((counts.calls - before.calls) * 1000) / (at - before.at) };
}
