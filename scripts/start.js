// Entry point of `npm start`. Written in JavaScript so that an old Node, which cannot run TypeScript, can print a useful error.
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(
    `slipway: Node ${process.versions.node} is too old; Node 24 is required. Run \`npm start\`, which uses its own Node.`,
  );
  process.exitCode = 1;
} else {
  await import('./start.ts');
}
