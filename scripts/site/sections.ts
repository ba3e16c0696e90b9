// Lists the documents in the order of the site's sidebar. A path that ends with a slash means the rest of a folder.
interface Section {
  title: string;
  documents: string[];
  /** Whether the section is closed until it is clicked. */
  collapsed: boolean;
}

const open = (title: string, ...names: string[]): Section => ({
  title,
  documents: names.map((name) => (/^[A-Z]/.test(name) ? name : `docs/${name}`)),
  collapsed: false,
});

const closed = (title: string, ...names: string[]): Section => ({ ...open(title, ...names), collapsed: true });

export const sections: Section[] = [
  open('Start', 'index.md', 'README.md', 'concepts.md', 'console.md', 'cli.md'),
  open('Write a plugin', 'contracts/plugin-format.md', 'dependencies.md', 'models.md', 'rules.md', 'edge.md'),
  open('Publish', 'ci.md', 'deploy-hooks.md', 'private-sources.md', 'grants.md', 'secrets.md'),
  open('Call', 'serving.md', 'runs.md', 'surfaces.md', 'events.md', 'webhooks.md'),
  open(
    'Operate',
    'production.md',
    'cost.md',
    'self-hosting.md',
    'operations.md',
    'watching.md',
    'containers.md',
    'ray.md',
    'messages.md',
  ),
  open('Security', 'security.md', 'threat-model.md', 'SECURITY.md'),
  closed('Releases', 'CHANGELOG.md', 'releasing.md', 'releases/'),
  closed('Contracts', 'contracts/'),
  closed('Change Slipway', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'design.md', 'guarantees.md', 'scan-walkthrough.md'),
  closed('Tables', 'parity.md'),
  closed('Decisions', 'decisions/README.md', 'decisions/'),
];
