import { type FormEvent, useState } from 'react';
import type { PhoneSend } from '../../../src/contract.ts';
import { Dialog } from '../dialog.tsx';
import { SAMPLE_CONTACT } from './samples.ts';

export function ContactDialog({
  close,
  send,
}: {
  close: () => void;
  send: (body: PhoneSend['body']) => Promise<void>;
}) {
  const [name, setName] = useState(SAMPLE_CONTACT.name);
  const [phone, setPhone] = useState(SAMPLE_CONTACT.phone);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const first = name.trim().split(/\s+/)[0] ?? name;
    void send({
      type: 'contacts',
      contacts: [{ name: { formatted_name: name.trim(), first_name: first }, phones: [{ phone, type: 'CELL' }] }],
    });
    close();
  };
  return (
    <Dialog title="Send a contact" close={close}>
      <form onSubmit={submit}>
        <label className="field">
          <span>Name</span>
          <input required value={name} onChange={(event) => setName(event.target.value)} dir="auto" maxLength={120} />
        </label>
        <label className="field">
          <span>Phone</span>
          <input required type="tel" value={phone} onChange={(event) => setPhone(event.target.value)} maxLength={30} />
        </label>
        <div className="dialog-actions">
          <button type="button" className="button quiet" onClick={close}>
            Cancel
          </button>
          <button type="submit" className="button">
            Send
          </button>
        </div>
      </form>
    </Dialog>
  );
}
