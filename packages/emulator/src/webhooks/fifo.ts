/** A queue whose `shift` stays cheap with a hundred thousand waiting. */
export interface Fifo<T> {
  push(item: T): void;
  shift(): T | undefined;
  size(): number;
}

export function makeFifo<T>(): Fifo<T> {
  let items: T[] = [];
  let head = 0;
  return {
    push(item) {
      items.push(item);
    },
    shift() {
      if (head >= items.length) return undefined;
      const item = items[head++];
      if (head > 1_024 && head * 2 > items.length) {
        items = items.slice(head);
        head = 0;
      }
      return item;
    },
    size: () => items.length - head,
  };
}
