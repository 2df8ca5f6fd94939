import { isRecord } from '../../api/json';

/** The value at a manifest's `path`, such as `summary.text`; undefined when the output has none there. */
export function valueAt(output: unknown, path: string): unknown {
  let value = output;
  for (const name of path.split('.')) {
    if (!isRecord(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

export type Scalar = string | number | boolean;

/** The output's plain top-level values that no display hint speaks of: counts, a language, a flag. */
export function remainingScalars(output: unknown, hintedPaths: string[]): [name: string, value: Scalar][] {
  if (!isRecord(output)) return [];
  const hinted = new Set(hintedPaths.map((path) => path.split('.')[0]));
  return Object.entries(output).filter(
    (entry): entry is [string, Scalar] => !hinted.has(entry[0]) && isScalar(entry[1]),
  );
}

export function isScalar(value: unknown): value is Scalar {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
