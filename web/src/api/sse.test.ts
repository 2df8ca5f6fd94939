import { describe, expect, it } from 'vitest';

import { byteStream } from '../testing/fakeServer';
import { readServerSentEvents, type ServerSentEvent } from './sse';

async function read(body: ReadableStream<Uint8Array>): Promise<ServerSentEvent[]> {
  const events: ServerSentEvent[] = [];
  for await (const event of readServerSentEvents(body)) events.push(event);
  return events;
}

describe('readServerSentEvents', () => {
  it.each([1, 2, 3, 5, 7, Infinity])('reads the same from chunks of %d bytes', async (chunkSize) => {
    const text = 'event: progress\r\ndata: {"message":"Читаю 🎉"}\r\n\r\nevent: exited\r\ndata: {}\r\n\r\n';

    expect(await read(byteStream(text, chunkSize))).toEqual([
      { event: 'progress', data: '{"message":"Читаю 🎉"}' },
      { event: 'exited', data: '{}' },
    ]);
  });

  it.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('takes %s as the end of a line, whatever the chunks', async (_, end) => {
    const text = ['data: one', 'data: two', '', 'data: three', '', ''].join(end);
    const expected = [
      { event: 'message', data: 'one\ntwo' },
      { event: 'message', data: 'three' },
    ];

    expect(await read(byteStream(text))).toEqual(expected);
    expect(await read(byteStream(text, 1))).toEqual(expected);
  });

  it('skips comments, a byte order mark, unknown fields and events without data', async () => {
    const text = '\uFEFF: keep-alive\n\nevent: empty\n\nid: 7\nretry: 10\nevent: x\ndata: y\n\n';

    expect(await read(byteStream(text))).toEqual([{ event: 'x', data: 'y' }]);
  });

  it('removes one space after the colon, and only one', async () => {
    expect(await read(byteStream('data:  two\n\ndata:none\n\ndata\n\n'))).toEqual([
      { event: 'message', data: ' two' },
      { event: 'message', data: 'none' },
      { event: 'message', data: '' },
    ]);
  });

  it('drops an event that the stream did not finish', async () => {
    expect(await read(byteStream('data: whole\n\ndata: half\n'))).toEqual([{ event: 'message', data: 'whole' }]);
  });

  it('cancels the body when the reader stops early', async () => {
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('data: 1\n\ndata: 2\n\n'));
      },
      cancel() {
        cancelled = true;
      },
    });

    for await (const event of readServerSentEvents(body)) {
      expect(event.data).toBe('1');
      break;
    }

    expect(cancelled).toBe(true);
  });
});
