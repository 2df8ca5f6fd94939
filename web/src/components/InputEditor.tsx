import type { RefObject } from 'react';

import { countCharacters, type InputField } from '../api/manifest';
import { useI18n } from '../i18n/I18nContext';
import { FieldErrors } from './FieldErrors';
import styles from './InputEditor.module.css';

interface Props {
  field: RefObject<HTMLTextAreaElement | null>;
  input: InputField;
  label: string | undefined;
  placeholder: string | undefined;
  text: string;
  errors: string[];
  onChange: (text: string) => void;
}

export function InputEditor({ field, input, label, placeholder, text, errors, onChange }: Props) {
  const { t } = useI18n();
  const isJson = input.kind === 'json';
  return (
    <div className={styles.editor}>
      <div className={styles.head}>
        <label className="field-label" htmlFor="agent-text">
          {label ?? (isJson ? t('input.jsonLabel') : t('input.label'))}
        </label>
        {text !== '' && (
          <button
            type="button"
            className="text-button"
            onClick={() => {
              onChange('');
              field.current?.focus();
            }}
          >
            {t('input.clear')}
          </button>
        )}
      </div>
      <textarea
        ref={field}
        id="agent-text"
        className={styles.text}
        data-kind={input.kind}
        rows={10}
        dir="auto"
        spellCheck={!isJson}
        placeholder={placeholder}
        value={text}
        aria-invalid={errors.length > 0}
        aria-describedby="agent-text-errors agent-text-count"
        onChange={(event) => {
          onChange(event.target.value);
        }}
      />
      <div className={styles.foot}>
        <FieldErrors id="agent-text-errors" messages={errors} />
        {input.maxLength !== null && <CharacterCount text={text} max={input.maxLength} />}
      </div>
    </div>
  );
}

function CharacterCount({ text, max }: { text: string; max: number }) {
  const { t } = useI18n();
  const count = countCharacters(text);
  return (
    <span className={styles.count} data-over={count > max}>
      <span aria-hidden="true">{t('input.count', { count, max })}</span>
      <span id="agent-text-count" className="visually-hidden">
        {t('input.charactersLeft', { count: Math.max(0, max - count) })}
      </span>
    </span>
  );
}
