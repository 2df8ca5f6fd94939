import type { InputField } from '../api/manifest';
import type { AgentManifest } from '../api/model';
import { localize } from '../i18n/format';
import { useI18n } from '../i18n/I18nContext';
import styles from './SampleButtons.module.css';

type Samples = NonNullable<NonNullable<AgentManifest['display']>['samples']>;

interface Props {
  samples: Samples;
  kind: InputField['kind'];
  onChoose: (text: string) => void;
}

export function SampleButtons({ samples, kind, onChoose }: Props) {
  const i18n = useI18n();
  if (samples.length === 0) return null;
  return (
    <div className={styles.samples} role="group" aria-labelledby="samples-label">
      <span id="samples-label" className={styles.label}>
        {i18n.t('input.samples')}
      </span>
      {samples.map(({ label, input }, index) => (
        <button
          key={index}
          type="button"
          className={styles.sample}
          onClick={() => {
            onChoose(kind === 'text' && typeof input === 'string' ? input : JSON.stringify(input, null, 2));
          }}
        >
          {localize(label, i18n) ?? index + 1}
        </button>
      ))}
    </div>
  );
}
