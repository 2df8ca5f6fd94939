/*
 * The API as the page sees it, in the shape that openapi-typescript generates.
 * `npm run generate:api` overwrites this file from openapi.json.
 */

export interface components {
  schemas: {
    SessionState:
      | 'pending'
      | 'running'
      | 'pausing'
      | 'paused'
      | 'resuming'
      | 'stopping'
      | 'stopped'
      | 'failed'
      | 'lost';
    SessionLimits: {
      memoryBytes: number;
      cpus: number;
      pids: number;
      diskBytes: number;
    };
    Session: {
      id: string;
      state: components['schemas']['SessionState'];
      template: string;
      runtime: string;
      isolation: string;
      host: string;
      owner: string | null;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      expiresAt: string;
      timeoutMs: number;
      limits: components['schemas']['SessionLimits'];
      metadata: Record<string, string>;
    };
    Walls: {
      userNamespace: boolean | null;
      ownUser: boolean | null;
      namespaces: boolean | null;
      ownKernel: boolean;
      seccomp: boolean | null;
      systemCalls: boolean | null;
      noNewPrivileges: boolean | null;
      noCapabilities: boolean;
      notRoot: boolean;
      noNetwork: boolean;
      readOnlyRoot: boolean;
      safeMounts: boolean | null;
      noHostFiles: boolean;
      hiddenKernelFiles: boolean | null;
      processLimits: boolean;
      resourceLimits: boolean;
      cleanCommands: boolean;
      guardedGuest: boolean | null;
      kernel: string;
    };
    Isolation: {
      name: string;
      walls: components['schemas']['Walls'];
      promised: string[];
      missing: string[];
    };
    RuntimeHost: {
      name: string;
      capacity: number | null;
      boxes: number;
      isAvailable: boolean;
      isolations: string[];
      kernel: string | null;
    };
    Runtime: {
      name: string;
      pause: boolean;
      defaultIsolation: string;
      isolations: components['schemas']['Isolation'][];
      hosts: components['schemas']['RuntimeHost'][];
    };
    RuntimeList: {
      items: components['schemas']['Runtime'][];
    };
    Me: {
      owner: string;
      role: components['schemas']['Role'];
      kind: components['schemas']['CallerKind'];
      scopes: string[];
      keyId: string | null;
      /** Format: date-time */
      expiresAt: string | null;
    };
    Role: 'readOnly' | 'user' | 'admin';
    CallerKind: 'anonymous' | 'key' | 'token';
    Quota: {
      used: number;
      limit: number | null;
      /** Format: date-time */
      resetsAt: string | null;
    };
    Usage: {
      owner: string;
      /** Format: date */
      day: string;
      concurrentSessions: components['schemas']['Quota'];
      diskBytes: components['schemas']['Quota'];
      sessions: components['schemas']['Quota'];
      cpuSeconds: components['schemas']['Quota'];
      memoryGiBHours: components['schemas']['Quota'];
    };
    LocalizedText: Record<string, string>;
    InputDisplay: {
      field?: string;
      as?: string;
      maxLength?: number;
      label?: components['schemas']['LocalizedText'];
      placeholder?: components['schemas']['LocalizedText'];
    };
    OptionDisplay: {
      name: string;
      label?: components['schemas']['LocalizedText'];
    };
    OutputDisplay: {
      path: string;
      as: string;
      label?: components['schemas']['LocalizedText'];
    };
    SampleDisplay: {
      label: components['schemas']['LocalizedText'];
      input: unknown;
    };
    AgentDisplay: {
      title?: components['schemas']['LocalizedText'];
      description?: components['schemas']['LocalizedText'];
      input?: components['schemas']['InputDisplay'];
      options?: components['schemas']['OptionDisplay'][];
      output?: components['schemas']['OutputDisplay'][];
      samples?: components['schemas']['SampleDisplay'][];
    };
    AgentLimits: {
      timeoutMs: number;
      maxOutputBytes: number;
    };
    AgentManifest: {
      name: string;
      version: string;
      description: string;
      command: string[];
      inputSchema: unknown;
      outputSchema: unknown;
      limits: components['schemas']['AgentLimits'];
      display?: components['schemas']['AgentDisplay'] | null;
    };
    AgentList: {
      items: components['schemas']['AgentManifest'][];
      nextCursor: string | null;
    };
    RunStatus: 'succeeded' | 'failed' | 'timedOut' | 'oomKilled' | 'cancelled';
    RunError: {
      code: string;
      message: string;
    };
    RunResult: {
      id: string;
      status: components['schemas']['RunStatus'];
      output: unknown;
      stderr: string;
      durationMs: number;
      exitCode: number | null;
      signal: string | number | null;
      error: components['schemas']['RunError'] | null;
    };
  };
}
