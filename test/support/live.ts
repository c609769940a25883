import { WebSocket } from 'ws';

/** A message of a stream: what SSE calls its event, or WebSocket its type. */
export interface Heard {
  readonly type: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests say what they expect of it
  readonly payload?: any;
  readonly id?: string;
}

/** What has come and nobody has asked for, and who waits for what has not come. */
class Inbox {
  readonly #come: Heard[] = [];
  readonly #waiting: ((heard: Heard) => void)[] = [];
  #over: Heard | undefined;

  put(heard: Heard): void {
    const first = this.#waiting.shift();
    if (first) first(heard);
    else this.#come.push(heard);
  }

  /** From now on there is nothing but this. */
  end(heard: Heard): void {
    this.#over ??= heard;
    for (const one of this.#waiting.splice(0)) one(this.#over);
  }

  next(): Promise<Heard> {
    const heard = this.#come.shift() ?? this.#over;
    return heard ? Promise.resolve(heard) : new Promise((resolve) => this.#waiting.push(resolve));
  }
}

export interface Stream {
  /** The next message; when there will be none, `{ type: 'end' }`, of a WebSocket with its close code as payload. */
  next(): Promise<Heard>;
  close(): void;
}

export interface SseStream extends Stream {
  readonly status: number;
  readonly headers: Headers;
}

export async function openSse(url: string, body: object | string, headers: Record<string, string> = {}): Promise<SseStream> {
  const controller = new AbortController();
  const response = await fetch(new URL('/graphql/stream', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    signal: controller.signal,
  });
  const inbox = new Inbox();
  void read(response, inbox);
  return { status: response.status, headers: response.headers, next: () => inbox.next(), close: () => controller.abort() };
}

async function read(response: Response, inbox: Inbox): Promise<void> {
  let text = '';
  try {
    for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
      text += part;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const [, type, data] = /^event: (\w+)\ndata: ?(.*)$/s.exec(text.slice(0, end)) ?? [];
        text = text.slice(end + 2);
        if (type !== undefined) inbox.put({ type, ...(data ? { payload: JSON.parse(data) as unknown } : {}) });
      }
    }
  } catch {
    // Closed by either side.
  }
  inbox.end({ type: 'end', ...(text === '' ? {} : { payload: JSON.parse(text) as unknown }) });
}

export interface SocketStream extends Stream {
  readonly socket: WebSocket;
  send(message: object | string): void;
  subscribe(id: string, query: string, variables?: object): void;
}

/** Resolves when the connection stands; `init` is sent at once, and its acknowledgement awaited, unless it is null. */
export async function openSocket(url: string, init: object | null, headers: Record<string, string> = {}, protocol: string | [] = 'graphql-transport-ws'): Promise<SocketStream> {
  const inbox = new Inbox();
  const socket = new WebSocket(new URL('/graphql', url.replace(/^http/, 'ws')), protocol, { headers });
  socket.on('message', (data: Buffer) => inbox.put(JSON.parse(String(data)) as Heard));
  socket.on('close', (code) => inbox.end({ type: 'end', payload: code }));
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('unexpected-response', (_request, response) => reject(new Error(`refused with ${response.statusCode}`)));
    socket.once('error', reject);
  });
  const send = (message: object | string): void => socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  const stream: SocketStream = {
    socket,
    send,
    next: () => inbox.next(),
    subscribe: (id, query, variables) => send({ type: 'subscribe', id, payload: { query, variables } }),
    close: () => socket.close(),
  };
  if (init === null) return stream;
  send({ type: 'connection_init', payload: init });
  const first = await stream.next();
  if (first.type !== 'connection_ack') throw new Error(`not acknowledged: ${JSON.stringify(first)}`);
  return stream;
}
