import { useEffect, useRef, useState } from 'react';
import { toProblem } from '../api/problem.ts';
import type { Problem } from '../api/types.ts';
import type { UploadRequest } from '../api/upload.ts';
import { checkFile, type FileRule } from '../model/file-rules.ts';
import { makeKey } from '../model/new-key.ts';

export type UploadState =
  | { phase: 'none' }
  /** `share`: 0 to 1 of the bytes; null: all are there, and something is made of them. */
  | { phase: 'running'; share: number | null }
  | { phase: 'wrong'; words: string }
  | { phase: 'failed'; problem: Problem }
  | { phase: 'done' };

export interface UploadOptions<T> {
  rule: FileRule;
  upload: (request: UploadRequest) => Promise<T>;
  /** What came of it, unless it was called off. */
  done: (value: T) => void;
  /** The file was taken away, or another one comes. */
  clear: () => void;
}

export interface Upload {
  file: File | null;
  state: UploadState;
  choose: (file: File | null) => void;
  again: () => void;
}

/** One file on its way to the server: checked first, stopped when it is taken away or the page is left. */
export function useUpload<T>({ rule, upload, done, clear }: UploadOptions<T>): Upload {
  const [file, setFile] = useState<File | null>(null);
  const [state, setState] = useState<UploadState>({ phase: 'none' });
  const running = useRef<AbortController | null>(null);
  // Kept over tries, so that a file whose answer was lost is not stored twice.
  const key = useRef('');
  useEffect(() => () => running.current?.abort(), []);

  async function run(chosen: File): Promise<void> {
    const controller = new AbortController();
    running.current = controller;
    // What is told after it was called off is told of another file.
    const tell = (next: UploadState): void => {
      if (!controller.signal.aborted) setState(next);
    };
    tell({ phase: 'running', share: 0 });
    const onProgress = (share: number): void => tell({ phase: 'running', share: share < 1 ? share : null });
    try {
      const { signal } = controller;
      const value = await upload({ file: chosen, kind: rule.kind, key: key.current, onProgress, signal });
      if (!signal.aborted) done(value);
      tell({ phase: 'done' });
    } catch (error) {
      tell({ phase: 'failed', problem: toProblem(error) });
    }
  }

  function choose(chosen: File | null): void {
    running.current?.abort();
    clear();
    setFile(chosen);
    key.current = makeKey();
    const wrong = chosen && checkFile(chosen, rule);
    if (chosen === null) setState({ phase: 'none' });
    else if (wrong !== null) setState({ phase: 'wrong', words: wrong });
    else void run(chosen);
  }

  return { file, state, choose, again: () => file && void run(file) };
}
