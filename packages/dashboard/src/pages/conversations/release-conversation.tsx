import { Button, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { releaseConversation } from '../../api/actions.ts';
import { conversationQuery } from '../../api/queries.ts';
import type { Conversation } from '../../api/types.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { isReleasable } from './owners.ts';

/** For a conversation that reactions do not answer, since somebody took it. */
export function ReleaseConversation({ conversation }: { conversation: Conversation }) {
  const [isAsked, setAsked] = useState(false);
  if (!isReleasable(conversation.owner)) return null;
  return (
    <>
      <Button variant="subtle" size="compact-xs" onClick={() => setAsked(true)}>
        Let reactions answer
      </Button>
      {isAsked ? <ConfirmRelease conversation={conversation} close={() => setAsked(false)} /> : null}
    </>
  );
}

function ConfirmRelease({ conversation, close }: { conversation: Conversation; close: () => void }) {
  const queries = useQueryClient();
  const isPhone = conversation.owner === 'phone_app';
  return (
    <Confirm
      title="Let reactions answer again?"
      label="Let them answer"
      act={() => releaseConversation(conversation.id)}
      done={() => queries.invalidateQueries(conversationQuery(conversation.id))}
      close={close}
    >
      <Text size="sm">
        They answer the next message of this conversation.{' '}
        {isPhone
          ? 'An answer by hand in the phone’s app takes the conversation once more; left alone, it comes back after a day of silence there.'
          : 'A person may take it once more.'}
      </Text>
    </Confirm>
  );
}
