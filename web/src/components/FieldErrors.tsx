/** The messages beside a field; the field points here with aria-describedby. */
export function FieldErrors({ id, messages }: { id: string; messages: string[] }) {
  return (
    <div id={id} className="field-errors" aria-live="polite">
      {messages.map((message) => (
        <p key={message}>{message}</p>
      ))}
    </div>
  );
}
