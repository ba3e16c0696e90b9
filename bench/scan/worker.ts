// Runs only the scanner in workerd: scans a request's files and returns the number of findings.
import { scanSource } from '../../src/scan/scan.ts';
import { workerParsers } from '../../src/scan-host/parsers.ts';

const parsers = workerParsers();
const encoder = new TextEncoder();

export default {
  async fetch(request: Request): Promise<Response> {
    const files: { path: string; text: string }[] = await request.json();
    let count = 0;
    for (const { path, text } of files) {
      count += (await scanSource(parsers, { path, bytes: encoder.encode(text) })).length;
    }
    return Response.json({ count });
  },
};
