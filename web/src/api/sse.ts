export interface ServerSentEvent {
  event: string;
  data: string;
}

/**
 * Reads a `text/event-stream` body, as the HTML standard describes it. Chunks may
 * end anywhere, inside a character or between CR and LF included.
 */
export async function* readServerSentEvents(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<ServerSentEvent, void, void> {
  const parser = new EventParser();
  for await (const line of readLines(body)) {
    const event = parser.feed(line);
    if (event) yield event;
  }
  // An event that the stream did not finish with a blank line is dropped, as the standard says.
}

class EventParser {
  private event = '';
  private data: string[] = [];

  /** Returns the finished event when the line was the blank one that ends it. */
  feed(line: string): ServerSentEvent | null {
    if (line === '') return this.dispatch();
    if (line.startsWith(':')) return null;

    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.event = value;
    if (field === 'data') this.data.push(value);
    return null;
  }

  private dispatch(): ServerSentEvent | null {
    const { event, data } = this;
    this.event = '';
    this.data = [];
    return data.length === 0 ? null : { event: event || 'message', data: data.join('\n') };
  }
}

async function* readLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder(); // skips a leading byte order mark
  const reader = body.getReader();
  let pending = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      pending += value ? decoder.decode(value, { stream: true }) : '';
      // A CR at the very end may be the first half of a CRLF: leave it for the next chunk.
      const lines = pending.split(done ? /\r\n|\n|\r/ : /\r\n|\n|\r(?!$)/);
      pending = lines.pop() ?? '';
      yield* lines;
      if (done) return;
    }
  } finally {
    // Also when the caller stops reading early: the server then ends the run.
    await reader.cancel().catch(() => undefined);
  }
}
