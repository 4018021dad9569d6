import { useState } from 'react';
import type { PhoneMessage, PhonePerson } from '../../../src/contract.ts';
import { RichLine } from '../chat/rich-text.tsx';
import { Icon } from '../icons.tsx';
import type { Place } from '../model/location-hash.ts';
import type { Phone } from '../model/phone-state.ts';
import { toPreview } from '../model/preview.ts';
import { toTick } from '../model/ticks.ts';
import { toClock, toRowTime } from '../model/timeline.ts';
import { TickMark } from '../tick-mark.tsx';
import { useNow } from '../use-now.ts';
import { AddPersonDialog } from './add-person-dialog.tsx';
import { Avatar } from './avatar.tsx';
import { IDENTITIES } from './identity.ts';

interface Props {
  phone: Phone;
  place: Place;
  numberId: string;
  go: (place: Place) => void;
}

export function PeopleList({ phone, place, numberId, go }: Props) {
  const [adding, setAdding] = useState(false);
  const now = useNow(30_000) + phone.skewMs;
  const latest = toLatest(phone);
  const people = phone.people.toSorted((a, b) => (latest.get(b.id)?.at ?? 0) - (latest.get(a.id)?.at ?? 0));
  return (
    <nav className="people" aria-label="Customers">
      <div className="people-head">
        <div>
          <h1>Customers</h1>
          <p>You are them. Your business answers.</p>
        </div>
        <button type="button" className="button" onClick={() => setAdding(true)}>
          <Icon name="plus" /> Add customer
        </button>
      </div>
      {phone.loaded && people.length === 0 ? (
        <p className="people-empty">No customers yet. Add one and write “hello”.</p>
      ) : null}
      <ul>
        {people.map((person) => (
          <li key={person.id}>
            <PersonRow
              person={person}
              last={latest.get(person.id)}
              unread={[...phone.unread].filter((id) => phone.messages.get(id)?.personId === person.id).length}
              current={person.id === place.personId}
              now={now}
              open={() => go({ personId: person.id, numberId: place.numberId ?? numberId })}
            />
          </li>
        ))}
      </ul>
      {adding ? (
        <AddPersonDialog
          close={() => setAdding(false)}
          added={(person) => {
            setAdding(false);
            go({ personId: person.id, numberId });
          }}
        />
      ) : null}
    </nav>
  );
}

function toLatest(phone: Phone): Map<string, PhoneMessage> {
  const latest = new Map<string, PhoneMessage>();
  for (const message of phone.messages.values()) {
    const known = latest.get(message.personId);
    if (!known || message.at >= known.at) latest.set(message.personId, message);
  }
  return latest;
}

interface RowProps {
  person: PhonePerson;
  last: PhoneMessage | undefined;
  unread: number;
  current: boolean;
  now: number;
  open: () => void;
}

function PersonRow({ person, last, unread, current, now, open }: RowProps) {
  const tick = last ? toTick(last) : null;
  return (
    <button type="button" className="person" aria-current={current ? 'page' : undefined} onClick={open}>
      <Avatar name={person.name} offline={!person.online} />
      <span className="person-main">
        <span className="person-top">
          <bdi className="person-name">{person.name}</bdi>
          {last ? (
            <time dateTime={new Date(last.at).toISOString()} title={toClock(last.at)}>
              {toRowTime(last.at, now)}
            </time>
          ) : null}
        </span>
        <span className="person-bottom">
          {tick ? <TickMark tick={tick} /> : null}
          <span className="person-last">
            <bdi>{last ? <RichLine text={toPreview(last)} /> : 'No messages yet'}</bdi>
          </span>
          {unread > 0 ? (
            <span className="unread">
              {unread}
              <span className="words-only"> unread</span>
            </span>
          ) : null}
        </span>
        <span className="badges">
          <span className="badge" data-identity={person.identity}>
            {IDENTITIES[person.identity].badge}
          </span>
          {person.online ? null : <span className="badge">Offline</span>}
          {person.readReceipts ? null : <span className="badge">No read receipts</span>}
        </span>
      </span>
    </button>
  );
}
