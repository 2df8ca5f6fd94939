import type { components } from './types';

/*
 * The only place that knows the names of the generated schemas: when the server
 * renames one, this list changes and nothing else.
 */
type Schemas = components['schemas'];

export type Session = Schemas['Session'];
export type SessionState = Schemas['SessionState'];
export type Walls = Schemas['Walls'];
export type Isolation = Schemas['Isolation'];
export type Runtime = Schemas['Runtime'];
export type RuntimeList = Schemas['RuntimeList'];
export type Me = Schemas['Me'];
export type Usage = Schemas['Usage'];
export type LocalizedText = Schemas['LocalizedText'];
export type AgentManifest = Schemas['AgentManifest'];
export type AgentList = Schemas['AgentList'];
export type OutputDisplay = Schemas['OutputDisplay'];
export type RunResult = Schemas['RunResult'];
export type RunStatus = Schemas['RunStatus'];
