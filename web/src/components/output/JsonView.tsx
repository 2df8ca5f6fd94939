import { isScalar } from './outputPath';
import styles from './JsonView.module.css';

export function JsonView({ value }: { value: unknown }) {
  const text = isScalar(value) ? String(value) : JSON.stringify(value, null, 2);
  return (
    // A scrolling block has to be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre className={styles.json} tabIndex={0}>
      {text}
    </pre>
  );
}
