import { useEffect, useId, useRef, useState } from 'react';
import type { ListRow } from '../model/body.ts';

interface Props {
  title: string;
  sections: { title?: string; rows: ListRow[] }[];
  pick: (row: ListRow) => void;
  close: () => void;
}

/** The bottom sheet of a list message: choose one row, then send it. */
export function ListSheet({ title, sections, pick, close }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const [chosen, setChosen] = useState<ListRow | null>(null);
  useEffect(() => {
    const dialog = ref.current;
    if (dialog && !dialog.open) dialog.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog ref={ref} className="sheet" aria-labelledby={titleId} onCancel={close}>
      <h2 id={titleId} dir="auto">
        {title}
      </h2>
      <div className="sheet-rows">
        {sections.map((section, index) => (
          // Sections have no id and never change places inside one message.
          // oxlint-disable-next-line react/no-array-index-key
          <fieldset key={index}>
            <legend dir="auto">{section.title ?? 'Options'}</legend>
            {section.rows.map((row) => (
              <label key={row.id} className="choice">
                <span dir="auto">
                  {row.title}
                  {row.description ? <small>{row.description}</small> : null}
                </span>
                <input type="radio" name={titleId} checked={chosen?.id === row.id} onChange={() => setChosen(row)} />
              </label>
            ))}
          </fieldset>
        ))}
      </div>
      <div className="dialog-actions">
        <button type="button" className="button quiet" onClick={close}>
          Cancel
        </button>
        <button type="button" className="button" disabled={!chosen} onClick={() => chosen && pick(chosen)}>
          Send
        </button>
      </div>
    </dialog>
  );
}
