import type { Isolation } from '../api/model';
import { useDenial } from '../hooks/CallerContext';
import type { IsolationControl } from '../hooks/useIsolation';
import { useI18n } from '../i18n/I18nContext';
import type { Translator } from '../i18n/translator';
import { isKnownIsolation, isolationName } from './isolationName';
import styles from './IsolationChoice.module.css';

/** What the next session is made with, also when a run starts it. Absent when there is nothing to choose from. */
export function IsolationChoice({ control: { offered, name, choose } }: { control: IsolationControl }) {
  const i18n = useI18n();
  const denial = useDenial('sessions');
  if (offered.length < 2) return null;
  return (
    <fieldset className={styles.choice} disabled={denial !== null}>
      <legend className="field-label">{i18n.t('session.isolation')}</legend>
      <div className={styles.list}>
        {offered.map((isolation) => (
          <label key={isolation.name} className={styles.isolation}>
            <input
              type="radio"
              name="isolation"
              value={isolation.name}
              checked={isolation.name === name}
              aria-labelledby={`isolation-${isolation.name}`}
              aria-describedby={`isolation-${isolation.name}-hint`}
              onChange={() => {
                choose(isolation.name);
              }}
            />
            <span className={styles.name} id={`isolation-${isolation.name}`}>
              {isolationName(isolation.name, i18n)}
            </span>
            <span className={styles.hint} id={`isolation-${isolation.name}-hint`}>
              {kernelHint(isolation, i18n)}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function kernelHint({ name, walls: { kernel } }: Isolation, { t }: Pick<Translator, 't'>): string {
  return isKnownIsolation(name) ? t(`isolation.${name}Hint`, { kernel }) : t('isolation.otherHint', { kernel });
}
