import { isRecord } from './json';
import type { AgentManifest } from './model';

export interface InputField {
  kind: 'text' | 'json';
  maxLength: number | null;
}

/** How to ask for an agent's input: as its display hints say, else as its schema lets us guess. */
export function describeInput(manifest: AgentManifest): InputField {
  const hint = manifest.display?.input;
  const schema = schemaOf(manifest, 'input');
  const isText = hint?.as === undefined ? schema.type === 'string' : hint.as === 'text';
  const schemaMaxLength = schema.maxLength;
  return {
    kind: isText ? 'text' : 'json',
    maxLength: hint?.maxLength ?? (typeof schemaMaxLength === 'number' ? schemaMaxLength : null),
  };
}

/** The agent's switches, each with the default that its schema gives; on when it gives none. */
export function defaultOptions(manifest: AgentManifest): Record<string, boolean> {
  const options = manifest.display?.options ?? [];
  return Object.fromEntries(
    options.map(({ name }) => [name, schemaOf(manifest, 'options', name).default !== false]),
  );
}

/** JSON Schema counts a string's characters, where JavaScript's `length` counts UTF-16 units. */
export function countCharacters(text: string): number {
  let count = 0;
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  for (const _ of text) count += 1;
  return count;
}

function schemaOf(manifest: AgentManifest, ...path: string[]): Record<string, unknown> {
  let schema: unknown = manifest.inputSchema;
  for (const name of path) {
    const properties = isRecord(schema) ? schema.properties : undefined;
    schema = isRecord(properties) ? properties[name] : undefined;
  }
  return isRecord(schema) ? schema : {};
}
