// Grants a waiver: a plugin passes despite a rule, for a stated reason and a limited time.
import { apiRequest } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { AreaField, type Choice, daysAhead, SelectField, TextField } from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';

const lifetimes = ['7', '30', '90', '365'].map((days): Choice => [days, `${days} days`]);

interface Props {
  label: string;
  className: string;
  /** Values prefilled from a finding. */
  plugin?: string;
  rule?: string;
}

export function NewWaiver({ label, className, plugin, rule }: Props) {
  return (
    <ActionDialog
      label={label}
      title="Grant a waiver"
      className={className}
      submit="Grant the waiver"
      request={(form) => apiRequest('post', '/v1/waivers', { body: waiverIn(form) })}
      cli={(form) =>
        slipway(['waivers', 'grant', readText(form, 'plugin'), readText(form, 'rule')], {
          reason: readText(form, 'reason'),
          expires: `${readText(form, 'days')}d`,
        })
      }
      changes={[['waivers'], ['namespace']]}
      said={(granted) => `${granted.plugin} may pass despite ${granted.rule}.`}
      link={() => ({ to: { to: '/waivers' }, text: 'Waivers' })}
    >
      <TextField
        name="plugin"
        label="Plugin"
        hint="The plugin's name for every version, or the ID of one version."
        required
        maxLength={200}
        defaultValue={plugin}
      />
      <TextField name="rule" label="Rule" required pattern="SL[A-Z][0-9]{3}" placeholder="SLP301" defaultValue={rule} />
      <AreaField
        name="reason"
        label="Reason"
        hint="Visible to everyone who can read the events."
        required
        maxLength={2000}
        rows={3}
      />
      <SelectField name="days" label="Valid for" choices={lifetimes} defaultValue="30" />
    </ActionDialog>
  );
}

function waiverIn(form: FormData) {
  return {
    plugin: readText(form, 'plugin'),
    rule: readText(form, 'rule'),
    reason: readText(form, 'reason'),
    expires_at: daysAhead(form, 'days') ?? '',
  };
}
