import { isScalar } from './outputPath';
import styles from './JsonView.module.css';

export function JsonView({ value }: { value: unknown }) {
  const text = isScalar(value) ? String(value) : toReadableJson(value);
  return (
    // A scrolling block has to be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre className={styles.json} tabIndex={0}>
      {text}
    </pre>
  );
}

/** Characters that reorder or hide what stands around them would let JSON look like other JSON: they are escaped. */
function toReadableJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(/[\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\u007f-\u009f]/gu, escape);
}

function escape(character: string): string {
  const units = character.split('').map((unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'));
  return units.map((unit) => `\\u${unit}`).join('');
}
