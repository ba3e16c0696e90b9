// Runs `slipway test --json`.
import { slipwayInProcess } from '../in-process.ts';

interface Report {
  name: string;
  passed: boolean;
  checks: { name: string; status: string; detail: string; lines?: string[] }[];
}

/** Returns the exit code and the report. */
export async function testJson(args: string[], cwd = '.'): Promise<[number | null, Report]> {
  const { code, stdout } = await slipwayInProcess(['test', '--json', ...args], { cwd });
  return [code, JSON.parse(stdout)];
}
