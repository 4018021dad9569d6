import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type KeyboardEvent, useRef, useState } from 'react';
import { sendMessage } from '../../api/actions.ts';
import { toProblem } from '../../api/problem.ts';
import { threadQuery } from '../../api/queries.ts';
import { toWindow } from '../../model/window.ts';
import { ProblemState } from '../../parts/states.tsx';
import { useNow } from '../../parts/use-now.ts';
import classes from './conversations.module.css';

/** WhatsApp's limit for a text. */
const MAX_CHARS = 4_096;
const CLOSED =
  'More than 24 hours have passed since the customer last wrote, so WhatsApp takes only approved templates. It opens again when they write.';

interface Props {
  /** Of the conversation. */
  id: string;
  /** Undefined when not known here: then the server decides. */
  windowExpiresAt: string | null | undefined;
}

export function ReplyBox({ id, windowExpiresAt }: Props) {
  const queries = useQueryClient();
  const [text, setText] = useState('');
  // One key per text: pressing again after a lost answer sends the same message, not a second one.
  const key = useRef(crypto.randomUUID());
  const now = useNow();
  const open = windowExpiresAt === undefined || toWindow(windowExpiresAt, now).open;
  const send = useMutation({
    mutationFn: (body: string) =>
      sendMessage({ conversationId: id, message: { type: 'text', text: { body } } }, key.current),
    onSuccess: () => {
      setText('');
      key.current = crypto.randomUUID();
      return queries.invalidateQueries(threadQuery(id));
    },
  });

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (open && text.trim() !== '' && !send.isPending) send.mutate(text.trim());
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) submit(event);
  };
  const change = (value: string): void => {
    setText(value);
    // Other words are another message.
    if (send.isError) key.current = crypto.randomUUID();
  };

  return (
    <form className={classes.reply} onSubmit={submit}>
      <Stack gap="xs">
        {send.error ? <ProblemState problem={toProblem(send.error)} /> : null}
        <Textarea
          aria-label="Reply"
          placeholder={open ? 'Write a reply' : 'The window is closed'}
          description={open ? undefined : CLOSED}
          inputWrapperOrder={['input', 'description']}
          disabled={!open}
          autosize
          minRows={1}
          maxRows={6}
          maxLength={MAX_CHARS}
          dir="auto"
          value={text}
          onChange={(event) => change(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <Group justify="space-between" wrap="nowrap">
          <Hint left={MAX_CHARS - text.length} />
          <Button type="submit" size="sm" flex="none" loading={send.isPending} disabled={!open || text.trim() === ''}>
            Send
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Hint({ left }: { left: number }) {
  if (left < 300) {
    return (
      <Text size="xs" c="dimmed">
        {left} characters left
      </Text>
    );
  }
  return (
    // A phone's keyboard has no Shift + Enter. The empty place keeps the button where it is.
    <span>
      <Text size="xs" c="dimmed" visibleFrom="sm" component="span">
        Enter sends, Shift + Enter breaks the line
      </Text>
    </span>
  );
}
