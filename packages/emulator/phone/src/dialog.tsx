import { type ReactNode, useEffect, useId, useRef } from 'react';

/** The browser's own modal: keeps focus inside, closes on Escape, gives focus back. */
export function Dialog({ title, close, children }: { title: string; close: () => void; children: ReactNode }) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (dialog && !dialog.open) dialog.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog ref={ref} className="dialog" aria-labelledby={titleId} onCancel={close}>
      <h2 id={titleId}>{title}</h2>
      {children}
    </dialog>
  );
}
