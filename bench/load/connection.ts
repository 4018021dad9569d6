import { connect, type Socket } from 'node:net';

/**
 * One keep-alive HTTP/1.1 connection with at most one request on its way, written by hand: a tenth of the processor
 * time of `fetch`, which on a small machine the program under test would otherwise miss.
 */
export interface Connection {
  send(request: Buffer, tag: number): void;
  close(): void;
}

export interface ConnectionOptions {
  readonly port: number;
  /** `status` 0: the connection broke before the answer was whole. It is open again when this is called. */
  readonly onAnswer: (connection: Connection, tag: number, status: number) => void;
}

const IDLE = -1;
const LENGTH = /\r\ncontent-length: (\d+)/i;

interface Parsed {
  readonly status: number;
  readonly closes: boolean;
}

/** The answer, or null while part of it is missing. */
function parseAnswer(text: string): Parsed | null {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const length = LENGTH.exec(text)?.[1];
  const isWhole = length === undefined ? text.endsWith('0\r\n\r\n') : text.length >= end + 4 + Number(length);
  return isWhole
    ? {
        status: Number(text.slice(9, 12)),
        closes: text.includes('\r\nconnection: close') || text.includes('\r\nConnection: close'),
      }
    : null;
}

const RECONNECT_MS = 50;

/** Opens a connection; resolves when it stands. */
export function openConnection(options: ConnectionOptions): Promise<Connection> {
  let socket: Socket;
  let tag = IDLE;
  let partial = '';
  let isClosed = false;
  let isOpen = false;
  /** Asked for while there was no connection: goes out when it stands, its latency counted all the while. */
  let held: Buffer | null = null;
  const buffer = Buffer.allocUnsafeSlow(16_384);

  const connection: Connection = {
    send(request, given) {
      tag = given;
      if (isOpen) socket.write(request);
      else held = request;
    },
    close() {
      isClosed = true;
      socket.destroy();
    },
  };

  function answer(status: number): void {
    const answered = tag;
    tag = IDLE;
    partial = '';
    if (answered !== IDLE) options.onAnswer(connection, answered, status);
  }

  function onData(size: number): boolean {
    const text = partial + buffer.toString('latin1', 0, size);
    const parsed = parseAnswer(text);
    if (parsed === null) partial = text;
    else if (parsed.closes) reopen(parsed.status);
    else answer(parsed.status);
    return true;
  }

  function open(): Promise<void> {
    return new Promise((resolve, reject) => {
      const opened = connect(
        { host: '127.0.0.1', port: options.port, noDelay: true, onread: { buffer, callback: onData } },
        () => {
          socket = opened;
          isOpen = true;
          partial = '';
          opened.once('close', () => {
            if (socket === opened) reopen(0);
          });
          resolve();
        },
      );
      // After the connect this does nothing: `close` follows every error, and tells what has to be told.
      opened.on('error', reject);
    });
  }

  function reopen(status: number): void {
    // Its end is told twice: by the answer that announces it, and by the socket.
    if (isClosed || !isOpen) return;
    const old = socket;
    const wasIdle = tag === IDLE;
    isOpen = false;
    const stand = (): void => {
      if (!wasIdle) answer(status);
      else if (held) socket.write(held);
      held = null;
    };
    const again = (): void => {
      if (!isClosed) open().then(stand, () => void setTimeout(again, RECONNECT_MS));
    };
    again();
    old.destroy();
  }

  return open().then(() => connection);
}

/** `count` connections at once. */
export function openConnections(count: number, options: ConnectionOptions): Promise<Connection[]> {
  return Promise.all(Array.from({ length: count }, () => openConnection(options)));
}
