import { useRef, useState, type KeyboardEvent } from 'react';

import { defaultOptions, describeInput } from '../api/manifest';
import type { AgentManifest } from '../api/model';
import { fieldErrors } from '../api/problem';
import type { RunRequest } from '../api/runs';
import { useDenial } from '../hooks/CallerContext';
import { localize } from '../i18n/format';
import { useI18n } from '../i18n/I18nContext';
import { AgentChoice } from './AgentChoice';
import { AgentOptions } from './AgentOptions';
import { DenialHint } from './DenialHint';
import { InputEditor } from './InputEditor';
import { parseInput, type InputError } from './parseInput';
import { runShortcut } from './runShortcut';
import { SampleButtons } from './SampleButtons';
import styles from './AgentInput.module.css';

interface Props {
  agents: AgentManifest[];
  busy: boolean;
  /** Why the last run was refused; its field errors are shown beside the fields. */
  error: unknown;
  onRun: (agent: AgentManifest, request: RunRequest) => void;
  onCancel: () => void;
}

export function AgentInput({ agents, busy, error, onRun, onCancel }: Props) {
  const i18n = useI18n();
  const { t } = i18n;
  const [name, setName] = useState(agents[0]?.name);
  const [text, setText] = useState('');
  const [options, setOptions] = useState<Record<string, Record<string, boolean>>>({});
  const [inputError, setInputError] = useState<InputError | null>(null);
  const [edited, setEdited] = useState(false); // since the last run: its errors no longer apply
  const field = useRef<HTMLTextAreaElement>(null);
  const denial = useDenial('agents', 'sessions');

  const agent = agents.find((candidate) => candidate.name === name) ?? agents[0];
  if (!agent) return null;

  const input = describeInput(agent);
  const chosen = { ...defaultOptions(agent), ...options[agent.name] };
  const hasOptions = Object.keys(chosen).length > 0;
  const messages = inputError ? [describeError(inputError, i18n)] : edited ? [] : fieldErrors(error, 'input');

  const forgetErrors = () => {
    setInputError(null);
    setEdited(true);
  };

  const changeText = (value: string) => {
    setText(value);
    forgetErrors();
  };

  const changeAgent = (value: string) => {
    setName(value);
    forgetErrors();
  };

  const submit = () => {
    if (busy || denial) return;
    const parsed = parseInput(text, input);
    if ('error' in parsed) {
      setInputError(parsed.error);
      field.current?.focus();
      return;
    }
    setInputError(null);
    setEdited(false);
    onRun(agent, hasOptions ? { input: parsed.value, options: chosen } : { input: parsed.value });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    submit();
  };

  return (
    // The shortcut belongs to the whole form; its button does the same for everybody else.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form
      className={styles.form}
      noValidate
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <AgentChoice agents={agents} agent={agent} onChange={changeAgent} />
      <InputEditor
        field={field}
        input={input}
        label={localize(agent.display?.input?.label, i18n)}
        placeholder={localize(agent.display?.input?.placeholder, i18n)}
        text={text}
        errors={messages}
        onChange={changeText}
      />
      <SampleButtons samples={agent.display?.samples ?? []} kind={input.kind} onChoose={changeText} />
      {hasOptions && (
        <AgentOptions
          hints={agent.display?.options ?? []}
          values={chosen}
          error={edited ? null : error}
          onChange={(values) => {
            setOptions({ ...options, [agent.name]: values });
          }}
        />
      )}
      <div className={styles.actions}>
        <button type="submit" className="button primary" aria-disabled={busy || denial !== null} aria-describedby="run-denied" aria-keyshortcuts="Control+Enter Meta+Enter">
          {busy ? t('run.running') : t('run.start')}
        </button>
        {busy ? (
          <button type="button" className="button" onClick={onCancel}>
            {t('run.cancel')}
          </button>
        ) : denial ? (
          <DenialHint id="run-denied" denial={denial} />
        ) : (
          <span className={styles.shortcut} aria-hidden="true">
            {t('run.shortcut', { key: runShortcut() })}
          </span>
        )}
      </div>
    </form>
  );
}

function describeError(error: InputError, { t, number }: ReturnType<typeof useI18n>): string {
  switch (error.kind) {
    case 'empty':
      return t('input.empty');
    case 'invalidJson':
      return t('input.invalidJson');
    case 'tooLong':
      return t('input.tooLong', { count: error.excess, max: number(error.max) });
  }
}
