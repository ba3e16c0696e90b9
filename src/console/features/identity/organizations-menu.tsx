// A person's organizations in the switcher's menu.
import { Menu } from '@base-ui/react/menu';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouteContext, useRouter } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import { api } from '../../data/api.ts';
import { followAccount } from '../../parts/frame/account.ts';
import { say } from '../../parts/toasts/toasts.tsx';
import { visible } from '../../parts/visible-text.ts';
import { personQuery } from './queries.ts';

/** Switches a person who is a member of several organizations. */
export default function Organizations() {
  const { key } = useRouteContext({ from: '/signed-in' });
  const { data } = useQuery({ ...personQuery, enabled: key.person !== null });
  const queries = useQueryClient();
  const router = useRouter();
  const { mutate } = useMutation({
    mutationFn: (organization_id: string) => api.post('/v1/person/switch', { body: { organization_id } }),
    onSuccess: () => followAccount(queries, router),
    onError: ({ message }) => say(message),
  });
  if (data === undefined || data.organizations.length < 2) return null;
  return (
    <>
      <Menu.RadioGroup value={key.organization_id} onValueChange={(id: string) => mutate(id)} aria-label="Organization">
        <div className="menu-title">Organizations</div>
        {data.organizations.map(({ name, organization_id: id }) => (
          <Menu.RadioItem key={id} value={id} closeOnClick>
            <Check className="icon checked" aria-hidden />
            {visible(name)}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
      <hr />
    </>
  );
}
