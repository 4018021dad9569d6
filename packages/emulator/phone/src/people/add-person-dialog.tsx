import { type FormEvent, useState } from 'react';
import type { IdentityMode, PhonePerson } from '../../../src/contract.ts';
import { api } from '../api.ts';
import { Dialog } from '../dialog.tsx';
import { IDENTITIES, IDENTITY_MODES } from './identity.ts';

export function AddPersonDialog({ close, added }: { close: () => void; added: (person: PhonePerson) => void }) {
  const [name, setName] = useState('');
  const [identity, setIdentity] = useState<IdentityMode>('phone');
  const [error, setError] = useState<string | null>(null);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (name.trim() === '') return setError('Give the customer a name.');
    try {
      added(await api.addPerson(name.trim(), identity));
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
    }
  };

  return (
    <Dialog title="Add customer" close={close}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <label className="field">
          <span>Name</span>
          <input
            value={name}
            onChange={(event) => setName(event.target.value)}
            maxLength={60}
            dir="auto"
            autoComplete="off"
          />
        </label>
        <fieldset className="field">
          <legend>What the business sees of them</legend>
          {IDENTITY_MODES.map((mode) => (
            <label key={mode} className="choice">
              <input type="radio" name="identity" checked={identity === mode} onChange={() => setIdentity(mode)} />
              <span>
                {IDENTITIES[mode].label}
                <small>{IDENTITIES[mode].hint}</small>
              </span>
            </label>
          ))}
        </fieldset>
        {error ? (
          <p className="error" role="alert">
            {error}
          </p>
        ) : null}
        <div className="dialog-actions">
          <button type="button" className="button quiet" onClick={close}>
            Cancel
          </button>
          <button type="submit" className="button">
            Add
          </button>
        </div>
      </form>
    </Dialog>
  );
}
