import type { AgentManifest, Isolation, Me, RunResult, Runtime, Session, Usage, Walls } from '../api/model';

/** Where the page keeps the session of `aCaller()`. */
export const SESSION_KEY = 'agent-sandbox.session.anonymous';

/** Anybody, on a server that wants no key. */
export function aCaller(changes: Partial<Me> = {}): Me {
  return {
    owner: 'anonymous',
    role: 'user',
    kind: 'anonymous',
    scopes: ['sessions', 'commands', 'files', 'agents'],
    keyId: null,
    expiresAt: null,
    ...changes,
  };
}

export function aSession(changes: Partial<Session> = {}): Session {
  return {
    id: 'ses_1',
    state: 'running',
    template: 'default',
    runtime: 'oci',
    isolation: 'standard',
    host: 'local',
    owner: null,
    createdAt: new Date(Date.now()).toISOString(),
    expiresAt: new Date(Date.now() + 300_000).toISOString(),
    timeoutMs: 300_000,
    limits: { memoryBytes: 512 * 1024 * 1024, cpus: 1, pids: 100, diskBytes: 256 * 1024 * 1024 },
    metadata: {},
    ...changes,
  };
}

/** Of an owner without limits. */
export function aUsage(changes: Partial<Usage> = {}): Usage {
  const nothing = { used: 0, limit: null, resetsAt: null };
  return {
    owner: 'anonymous',
    day: '2026-11-23',
    concurrentSessions: nothing,
    diskBytes: nothing,
    sessions: nothing,
    cpuSeconds: nothing,
    memoryGiBHours: nothing,
    ...changes,
  };
}

export function aRuntime(changes: Partial<Runtime> = {}): Runtime {
  return {
    name: 'oci',
    pause: true,
    defaultIsolation: 'standard',
    isolations: [anIsolation()],
    hosts: [{ name: 'local', capacity: null, boxes: 1, isAvailable: true, isolations: ['standard'], kernel: '6.18.5' }],
    ...changes,
  };
}

/** The walls that are found around a box of crun, unless a test says otherwise. */
export function anIsolation(name = 'standard', walls: Partial<Walls> = {}, missing: string[] = []): Isolation {
  return {
    name,
    walls: {
      userNamespace: true,
      ownUser: true,
      namespaces: true,
      ownKernel: false,
      seccomp: true,
      systemCalls: true,
      noNewPrivileges: true,
      noCapabilities: true,
      notRoot: true,
      noNetwork: true,
      readOnlyRoot: true,
      safeMounts: true,
      noHostFiles: true,
      hiddenKernelFiles: true,
      processLimits: true,
      resourceLimits: true,
      cleanCommands: true,
      guardedGuest: true,
      kernel: '6.18.5',
      ...walls,
    },
    promised: ['noNetwork', 'seccomp'],
    missing,
  };
}

export function anAgent(changes: Partial<AgentManifest> = {}): AgentManifest {
  return {
    name: 'text-analysis',
    version: '1.0.0',
    description: 'Reads a text.',
    command: ['/app/agent.sh', 'text-analysis'],
    inputSchema: {
      properties: {
        input: { type: 'string', maxLength: 100 },
        options: { properties: { keywords: { default: true }, summary: { default: false } } },
      },
    },
    outputSchema: {},
    limits: { timeoutMs: 60_000, maxOutputBytes: 1_048_576 },
    display: {
      title: { en: 'Text analysis', ru: 'Анализ текста' },
      input: { field: 'input', as: 'text', maxLength: 100, label: { en: 'Text', ru: 'Текст' } },
      options: [
        { name: 'keywords', label: { en: 'Keywords', ru: 'Ключевые слова' } },
        { name: 'summary', label: { en: 'Summary', ru: 'Краткое содержание' } },
      ],
      output: [
        { path: 'sentiment', as: 'sentiment', label: { en: 'Sentiment', ru: 'Тональность' } },
        { path: 'keywords', as: 'chips', label: { en: 'Keywords', ru: 'Ключевые слова' } },
        { path: 'summary.text', as: 'text', label: { en: 'Summary', ru: 'Краткое содержание' } },
      ],
      samples: [{ label: { en: 'A review', ru: 'Отзыв' }, input: 'Чудесный день!' }],
    },
    ...changes,
  };
}

export function aResult(changes: Partial<RunResult> = {}): RunResult {
  return {
    id: 'run_1',
    status: 'succeeded',
    output: {
      text_length: 1234,
      word_count: 200,
      language: 'ru',
      sentiment: { label: 'positive', score: 0.62, confidence: 0.78 },
      keywords: [
        { keyword: 'река', score: 0.4, count: 1 },
        { keyword: 'город', score: 1, count: 3 },
      ],
      summary: { text: 'Город стоит у реки.' },
    },
    stderr: '',
    durationMs: 63,
    exitCode: 0,
    signal: null,
    error: null,
    ...changes,
  };
}
