import type { ComponentType } from 'react';

import { ChipsView } from './ChipsView';
import { JsonView } from './JsonView';
import { SentimentView } from './SentimentView';
import { TextView } from './TextView';

/** What an agent's manifest may ask for in `display.output[].as`; anything else is shown as JSON. */
const views = new Map<string, ComponentType<{ value: unknown }>>([
  ['sentiment', SentimentView],
  ['chips', ChipsView],
  ['text', TextView],
]);

export function viewFor(as: string): ComponentType<{ value: unknown }> {
  return views.get(as) ?? JsonView;
}
