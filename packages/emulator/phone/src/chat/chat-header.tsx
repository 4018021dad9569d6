import { useCallback, useState } from 'react';
import type { PersonChange, PhoneNumberInfo, PhonePerson } from '../../../src/contract.ts';
import { api } from '../api.ts';
import { Icon } from '../icons.tsx';
import type { Place } from '../model/location-hash.ts';
import { Avatar } from '../people/avatar.tsx';
import { IDENTITIES, toAddress } from '../people/identity.ts';
import { useDismiss } from '../use-dismiss.ts';

interface Props {
  person: PhonePerson;
  number: PhoneNumberInfo;
  numbers: PhoneNumberInfo[];
  go: (place: Place) => void;
  attempt: (work: () => Promise<unknown>) => Promise<boolean>;
}

export function ChatHeader({ person, number, numbers, go, attempt }: Props) {
  return (
    <header className="chat-head">
      <button
        type="button"
        className="icon-button back"
        onClick={() => go({ personId: null, numberId: null })}
        aria-label="Back to the customers"
      >
        <Icon name="back" />
      </button>
      <Avatar name={number.verifiedName} />
      <div className="chat-title">
        <h1>
          <bdi>{number.verifiedName}</bdi>
        </h1>
        {numbers.length > 1 ? (
          <select
            aria-label="Number of the business"
            value={number.id}
            onChange={(event) => go({ personId: person.id, numberId: event.target.value })}
          >
            {numbers.map((one) => (
              <option key={one.id} value={one.id}>
                +{one.displayPhoneNumber} · {one.verifiedName}
              </option>
            ))}
          </select>
        ) : (
          <p>+{number.displayPhoneNumber} · business account</p>
        )}
      </div>
      <PersonSettings
        person={person}
        numberId={number.id}
        change={(change) => attempt(() => api.changePerson(person.id, change))}
      />
    </header>
  );
}

function PersonSettings({
  person,
  numberId,
  change,
}: {
  person: PhonePerson;
  numberId: string;
  change: (change: PersonChange) => Promise<boolean>;
}) {
  const [open, setOpen] = useState(false);
  const close = useCallback(() => setOpen(false), []);
  const ref = useDismiss<HTMLDivElement>(open, close);
  return (
    <div className="popover-anchor" ref={ref}>
      <button
        type="button"
        className="icon-button"
        aria-expanded={open}
        aria-label={`Settings of ${person.name}’s phone`}
        onClick={() => setOpen(!open)}
      >
        <Icon name="gear" />
      </button>
      {open ? (
        <section className="popover settings" aria-label="Phone settings">
          <h3>
            <bdi>{person.name}</bdi>
          </h3>
          <p>
            <bdi>{toAddress(person)}</bdi>
            <br />
            <code>{person.bsuid}</code>
          </p>
          <p>
            <span className="badge" data-identity={person.identity}>
              {IDENTITIES[person.identity].badge}
            </span>{' '}
            {IDENTITIES[person.identity].hint}
          </p>
          <Switch
            label="Online"
            hint="Off: messages to them stay at one tick."
            on={person.online}
            set={(online) => void change({ online })}
          />
          <Switch
            label="Read receipts"
            hint="Off: the business never sees “read”."
            on={person.readReceipts}
            set={(readReceipts) => void change({ readReceipts })}
          />
          <Switch
            label="Marketing messages"
            hint="Off: the business is told, and its marketing templates are refused."
            on={person.stoppedMarketing !== true}
            set={(on) => void change({ marketing: on ? 'resume' : 'stop', numberId })}
          />
          <Switch
            label="Business blocked"
            hint="On: messages to them fail; nobody is told."
            on={person.blocked === true}
            set={(blocked) => void change({ blocked })}
          />
        </section>
      ) : null}
    </div>
  );
}

function Switch({ label, hint, on, set }: { label: string; hint: string; on: boolean; set: (on: boolean) => void }) {
  return (
    <label className="switch">
      <span>
        {label}
        <small>{hint}</small>
      </span>
      <input
        type="checkbox"
        role="switch"
        aria-checked={on}
        checked={on}
        onChange={(event) => set(event.target.checked)}
      />
    </label>
  );
}
