// Explains why a command that npm starts runs on an old Node. Written in JavaScript, which an old Node can run.
import process from 'node:process';

const [major = 0] = process.versions.node.split('.').map(Number);

/**
 * Returns a message if this Node can't run TypeScript.
 *
 * @param {string} command the command that uses the checkout's own Node
 */
export function nodeProblem(command) {
  if (major >= 24) return undefined;
  if (process.env.npm_lifecycle_event === undefined)
    return `Node ${process.versions.node} is too old; Node 24 is required. Run \`${command}\`, which uses its own Node.`;
  return "the checkout's own Node is not installed. Run `npm ci`, or `npm ci --ignore-scripts=false` if npm's install scripts are off.";
}
