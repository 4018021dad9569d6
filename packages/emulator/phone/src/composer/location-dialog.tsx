import { type FormEvent, useState } from 'react';
import type { PhoneSend } from '../../../src/contract.ts';
import { Dialog } from '../dialog.tsx';
import { SAMPLE_LOCATION } from './samples.ts';

export function LocationDialog({
  close,
  send,
}: {
  close: () => void;
  send: (body: PhoneSend['body']) => Promise<void>;
}) {
  const [name, setName] = useState(SAMPLE_LOCATION.name);
  const [latitude, setLatitude] = useState(String(SAMPLE_LOCATION.latitude));
  const [longitude, setLongitude] = useState(String(SAMPLE_LOCATION.longitude));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const place = { latitude: Number(latitude), longitude: Number(longitude), ...(name ? { name } : {}) };
    const address = name === SAMPLE_LOCATION.name ? { address: SAMPLE_LOCATION.address } : {};
    void send({ type: 'location', location: { ...place, ...address } });
    close();
  };
  return (
    <Dialog title="Send a location" close={close}>
      <form onSubmit={submit}>
        <label className="field">
          <span>Name</span>
          <input value={name} onChange={(event) => setName(event.target.value)} dir="auto" maxLength={120} />
        </label>
        <div className="field-pair">
          <label className="field">
            <span>Latitude</span>
            <input
              type="number"
              required
              min={-90}
              max={90}
              step="any"
              value={latitude}
              onChange={(event) => setLatitude(event.target.value)}
            />
          </label>
          <label className="field">
            <span>Longitude</span>
            <input
              type="number"
              required
              min={-180}
              max={180}
              step="any"
              value={longitude}
              onChange={(event) => setLongitude(event.target.value)}
            />
          </label>
        </div>
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
