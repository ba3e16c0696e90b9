// Grants a waiver: a plugin passes in spite of a rule, for a reason and for a time.
import { useQueryClient } from '@tanstack/react-query';
import { api, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { DialogButton } from '../../parts/dialog.tsx';
import { ActionForm, Field, textOf } from '../../parts/form.tsx';
import { say } from '../../parts/toasts/toasts.tsx';

const dayMs = 86_400_000;
const lifetimes = [7, 30, 90, 365];

/** Fills in the form where a finding asks for it. */
interface About {
  plugin?: string;
  rule?: string;
}

interface Props extends About {
  label: string;
  className: string;
}

export function NewWaiver({ label, className, ...about }: Props) {
  return (
    <DialogButton label={label} title="Grant a waiver" className={className}>
      {(close) => <WaiverForm close={close} {...about} />}
    </DialogButton>
  );
}

function WaiverForm({ close, plugin, rule }: About & { close: () => void }) {
  const queries = useQueryClient();
  const done = async (granted: Schemas['Waiver']) => {
    await queries.invalidateQueries({ queryKey: ['waivers'] });
    await queries.invalidateQueries({ queryKey: ['namespace'] });
    close();
    say(`${granted.plugin} may pass in spite of ${granted.rule}.`, { to: { to: '/waivers' }, text: 'Waivers' });
  };
  return (
    <ActionForm
      submit="Grant the waiver"
      act={(form) => api.post('/v1/waivers', { body: waiverIn(form) })}
      done={done}
      cancel={close}
      command={(form) => ({
        cli: slipway(['waivers', 'grant', textOf(form, 'plugin'), textOf(form, 'rule')], {
          reason: textOf(form, 'reason'),
          expires: `${textOf(form, 'days')}d`,
        }),
        path: '/v1/waivers',
        method: 'POST',
        body: waiverIn(form),
      })}
    >
      <Field label="Plugin" hint="Its name for every version, or the ID of one version.">
        {(ids) => <input name="plugin" required maxLength={200} autoComplete="off" defaultValue={plugin} {...ids} />}
      </Field>
      <Field label="Rule">
        {(ids) => (
          <input
            name="rule"
            required
            pattern="SL[A-Z][0-9]{3}"
            placeholder="SLP301"
            autoComplete="off"
            defaultValue={rule}
            {...ids}
          />
        )}
      </Field>
      <Field label="Reason" hint="Readers of the events see it.">
        {(ids) => <textarea name="reason" required maxLength={2000} rows={3} {...ids} />}
      </Field>
      <Field label="Valid for">
        {(ids) => (
          <select name="days" defaultValue="30" {...ids}>
            {lifetimes.map((days) => (
              <option key={days} value={days}>
                {days} days
              </option>
            ))}
          </select>
        )}
      </Field>
    </ActionForm>
  );
}

function waiverIn(form: FormData) {
  return {
    plugin: textOf(form, 'plugin'),
    rule: textOf(form, 'rule'),
    reason: textOf(form, 'reason'),
    expires_at: new Date(Date.now() + Number(textOf(form, 'days')) * dayMs).toISOString(),
  };
}
