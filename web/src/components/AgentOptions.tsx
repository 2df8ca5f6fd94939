import type { AgentManifest } from '../api/model';
import { fieldErrors } from '../api/problem';
import { localize } from '../i18n/format';
import { useI18n } from '../i18n/I18nContext';
import { FieldErrors } from './FieldErrors';
import styles from './AgentOptions.module.css';

type OptionHints = NonNullable<NonNullable<AgentManifest['display']>['options']>;

interface Props {
  hints: OptionHints;
  values: Record<string, boolean>;
  error: unknown;
  onChange: (values: Record<string, boolean>) => void;
}

export function AgentOptions({ hints, values, error, onChange }: Props) {
  const i18n = useI18n();
  const labels = new Map(hints.map(({ name, label }) => [name, localize(label, i18n) ?? name]));
  const messages = [
    ...fieldErrors(error, 'options'),
    ...[...labels].flatMap(([name, label]) =>
      fieldErrors(error, `options.${name}`).map((message) => `${label}: ${message}`),
    ),
  ];
  return (
    <fieldset className={styles.options} aria-describedby="agent-options-errors">
      <legend className="field-label">{i18n.t('agent.options')}</legend>
      <div className={styles.list}>
        {hints.map(({ name }) => (
          <label key={name} className={styles.option}>
            <input
              type="checkbox"
              checked={values[name] ?? false}
              onChange={(event) => {
                onChange({ ...values, [name]: event.target.checked });
              }}
            />
            {labels.get(name)}
          </label>
        ))}
      </div>
      <FieldErrors id="agent-options-errors" messages={messages} />
    </fieldset>
  );
}
