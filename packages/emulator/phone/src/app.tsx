import { useEffect } from 'react';
import type { PhonePerson } from '../../src/contract.ts';
import { Chat } from './chat/chat.tsx';
import type { Phone } from './model/phone-state.ts';
import { PeopleList } from './people/people-list.tsx';
import { StatusLine } from './status-line.tsx';
import { usePhone } from './use-phone.ts';
import { usePlace } from './use-place.ts';

export function App() {
  const { phone, dispatch } = usePhone();
  const [place, go] = usePlace();
  const person = phone.people.find((one) => one.id === place.personId);
  const number = phone.numbers.find((one) => one.id === place.numberId) ?? phone.numbers[0];

  // On a wide screen an empty phone would be a puzzle: open the first person's.
  const firstId = phone.people[0]?.id;
  useEffect(() => {
    const wide = window.matchMedia('(min-width: 760px)').matches;
    if (wide && !place.personId && firstId) go({ personId: firstId, numberId: null });
  }, [place.personId, firstId, go]);

  useEffect(() => {
    document.title = toTitle(phone, person);
  }, [phone, person]);

  return (
    <>
      <StatusLine phone={phone} />
      <main className="desk" data-view={person ? 'chat' : 'list'}>
        <PeopleList phone={phone} place={place} numberId={number?.id ?? ''} go={go} />
        <section className="handset" aria-label={person ? `Phone of ${person.name}` : 'Phone'}>
          <div className="screen">
            {person && number ? (
              <Chat key={`${person.id} ${number.id}`} {...{ phone, person, number, dispatch, go }} />
            ) : (
              <p className="screen-empty">{phone.loaded ? 'Choose a customer to hold their phone.' : 'Connecting …'}</p>
            )}
          </div>
        </section>
      </main>
    </>
  );
}

function toTitle(phone: Phone, person: PhonePerson | undefined): string {
  const unread = phone.unread.size > 0 ? `(${phone.unread.size}) ` : '';
  return `${unread}${person ? `${person.name} · ` : ''}Wharf phone`;
}
