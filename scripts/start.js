// The entry of `npm start`. Plain JavaScript: an old Node, which can't read TypeScript, must be able to say what to do instead.
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(
    `slipway: this is Node ${process.versions.node}, and Node 24 is needed. Use \`npm start\`, which brings its own.`,
  );
  process.exitCode = 1;
} else {
  await import('./start.ts');
}
