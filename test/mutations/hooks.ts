// Mutations of src/hooks and of the route that receives pushes: who may send one, what it may deploy, and how often.
import type { Mutation } from './mutation.ts';

const receive = 'test/hooks/receive.test.ts';
const run = 'test/hooks/run.test.ts';
const dying = 'test/hooks/dying-workers.test.ts';
const management = 'test/api/deployments/deploy-hooks.test.ts';
const tokens = 'test/hooks/status-token.test.ts';
const patterns = 'test/hooks/ref-patterns.test.ts';
const goPlugins = 'test/hooks/go-plugins.test.ts';

export const mutations: Mutation[] = [
  {
    name: 'a push needs no signature',
    file: 'src/hooks/receive.ts',
    search: "if (hook && signed && hook.status === 'enabled') return hook;",
    replace: "if (hook && hook.status === 'enabled') return hook;",
    tests: [receive],
  },
  {
    name: 'a disabled hook receives pushes',
    file: 'src/hooks/receive.ts',
    search: "if (hook && signed && hook.status === 'enabled') return hook;",
    replace: 'if (hook && signed) return hook;',
    tests: [receive],
  },
  {
    name: 'a deleted hook receives pushes',
    file: 'src/hooks/receive.ts',
    search: `        .where(and(eq(deployHooks.id, id), isNull(deployHooks.deletedAt)))
    : [];`,
    replace: `        .where(and(eq(deployHooks.id, id)))
    : [];`,
    tests: [receive],
  },
  {
    name: 'a rotated secret is accepted for ever',
    file: 'src/hooks/receive.ts',
    search: '(previousUntil ?? 0) > now',
    replace: '(previousUntil ?? 0) > 0',
    tests: [receive],
  },
  {
    name: 'any signature fits',
    file: 'src/hooks/signatures.ts',
    search: 'for (const [i, byte] of one.entries()) difference |= byte ^ (other[i] ?? 0);',
    replace: 'for (const [i, byte] of one.entries()) difference = byte ^ (other[i] ?? 0) && 0;',
    tests: [receive],
  },
  {
    name: 'an old Standard Webhook is accepted',
    file: 'src/hooks/signatures.ts',
    search: 'return results.includes(true) && isRecent;',
    replace: 'return results.includes(true) || isRecent === null;',
    tests: [receive],
  },
  {
    name: 'a push of another repository is deployed',
    file: 'src/hooks/receive.ts',
    search: "return { ref, ignored: 'other-repository' };",
    replace: 'return { ref, ignored: null };',
    tests: [receive],
  },
  {
    name: 'a push of a ref that is not selected is deployed',
    file: 'src/hooks/receive.ts',
    search: "ignored: matchesRef(hook, ref) ? null : 'ref-not-selected'",
    replace: 'ignored: matchesRef(hook, ref) ? null : null',
    tests: [receive],
  },
  {
    name: 'a delivery that was received before is refused instead of repeated',
    file: 'src/hooks/receive.ts',
    search: 'if (push.id !== id) return { push, isRepeated: true };',
    replace: 'if (push.id !== id) throw tooManyPushes();',
    tests: [receive],
  },
  {
    name: 'a hook accepts any number of requests',
    file: 'src/hooks/receive.ts',
    search: 'or ${deployHooks.windowCount} < ${limits.pushesPerMinute})',
    replace: 'or true)',
    tests: [receive],
  },
  {
    name: 'every push sends a message',
    file: 'src/hooks/receive.ts',
    search: 'return sql`${isFree} and not ${isWaiting}`;',
    replace: 'return sql`(${isFree} and not ${isWaiting}) or true`;',
    tests: [receive],
  },
  {
    name: 'a push sends no message while an earlier one waits for a later time',
    file: 'src/hooks/receive.ts',
    search: ' and ${waiting.nextAt} <= ${now}',
    replace: '',
    tests: [receive],
  },
  {
    name: 'a released hook looks for newer pushes only',
    file: 'src/hooks/run.ts',
    search: "desc(sql`${pushes.status} = 'running'`), ",
    replace: '',
    tests: [run],
  },
  {
    name: 'signed requests count toward their address',
    file: 'src/api/deploy-hooks/receiving.ts',
    search: 'await limit(c, `hook ${id.slice(0, 40)}`);',
    replace: 'await limit(c, `hook ${id.slice(0, 40)}`);\n    await limitAddress(c);',
    tests: [receive],
  },
  {
    name: 'requests without a signature count toward nothing',
    file: 'src/api/deploy-hooks/receiving.ts',
    search: "error.code === 'unauthorized'",
    replace: "error.code === 'internal'",
    tests: [receive],
  },
  {
    name: 'older pushes run as well',
    file: 'src/hooks/run.ts',
    search: '      ...olderSuperseded(deps, hook),\n',
    replace: '',
    tests: [run],
  },
  {
    name: 'a redeployment is requested again by the next worker',
    file: 'src/hooks/push-deployment.ts',
    search: 'if (latest && latest.createdAt >= push.createdAt && latest.createdBy.id === hook.id) return latest;',
    replace: '',
    tests: [dying],
  },
  {
    name: 'a hook needs no scope to publish',
    file: 'src/hooks/deploy-hooks.ts',
    search: "if (action !== 'redeploy') requireScope(actor, 'plugins:write');",
    replace: '',
    tests: [management],
  },
  {
    name: 'hooks of all organizations are visible',
    file: 'src/hooks/deploy-hooks.ts',
    search: `    eq(deployHooks.organizationId, organizationId),
    isNull`,
    replace: '    isNull',
    tests: [management],
  },
  {
    name: 'any key that publishes changes where the token goes',
    file: 'src/hooks/status-token.ts',
    search: "if (!isCreator(actor, before)) requireScope(actor, 'webhooks:admin');",
    replace: '',
    tests: [tokens],
  },
  {
    name: 'the token stays when the URL changes',
    file: 'src/hooks/status-token.ts',
    search: 'return apiOf(target) === apiOf(before.statusUrl) ? changed : { ...changed, statusToken: null };',
    replace: 'return changed;',
    tests: [tokens],
  },
  {
    name: 'a token opens for any URL',
    file: 'src/hooks/status-token.ts',
    search: 'return `${id}.status ${apiOf(statusUrl)}`;',
    replace: 'return `${id}.status ${statusUrl === null ? statusUrl : null}`;',
    tests: [tokens],
  },
  {
    name: 'a token opens for any hook',
    file: 'src/hooks/status-token.ts',
    search: 'return `${id}.status ${apiOf(statusUrl)}`;',
    replace: 'return `${id.slice(0, 4)}.status ${apiOf(statusUrl)}`;',
    tests: [tokens],
  },
  {
    name: 'the URL of the API may have a query',
    file: 'src/hooks/status-token.ts',
    search: "if (search !== '' || hash !== '' || /[?#]$/.test(href))",
    replace: "if (hash !== '')",
    tests: [tokens],
  },
  {
    name: 'a deleted hook keeps its token',
    file: 'src/hooks/deploy-hooks.ts',
    search: '.set({ statusToken: null, deletedAt: now, updatedAt: now })',
    replace: '.set({ deletedAt: now, updatedAt: now })',
    tests: [tokens],
  },
  {
    name: 'a redirect of the API is followed with the token',
    file: 'src/hooks/report-status.ts',
    search: "redirect: 'manual'",
    replace: "redirect: 'follow' as 'manual'",
    tests: [tokens],
  },
  {
    name: 'a star matches slashes',
    file: 'src/hooks/ref-patterns.ts',
    search: "} else if (star && (star.crosses || name[star.n] !== '/')) {",
    replace: '} else if (star) {',
    tests: [patterns],
  },
  {
    name: 'a key without plugins:write takes the secret of a hook that publishes',
    file: 'src/hooks/deploy-hooks.ts',
    search: `  requireForAction(actor, before.action);
  const secret = newSecret();`,
    replace: '  const secret = newSecret();',
    tests: [management],
  },
  {
    name: 'a key of one namespace creates hooks in another',
    file: 'src/hooks/deploy-hooks.ts',
    search:
      "if (actor.namespaceIds !== null && !actor.namespaceIds.has(namespaceId)) throw notFound('namespace', namespaceId);",
    replace: '',
    tests: [management],
  },
  {
    name: 'disabling a hook leaves its queued pushes',
    file: 'src/hooks/deploy-hooks.ts',
    search: "...(fields.status === 'disabled' ? openPushesFailed(deps, before, 'hook-disabled') : []),",
    replace: '',
    tests: [receive],
  },
  {
    name: 'a retry of GitLab is another delivery',
    file: 'src/hooks/payloads.ts',
    search: "key: ['idempotency-key', 'x-gitlab-event-uuid']",
    replace: "key: ['x-gitlab-event-uuid', 'idempotency-key']",
    tests: [receive],
  },
  {
    name: 'a pushed Go version that cannot start stays installed',
    file: 'src/hooks/push-deployment.ts',
    search: '      await removeFailedInstall(deps, hook, push);\n',
    replace: '',
    tests: [goPlugins],
  },
];
