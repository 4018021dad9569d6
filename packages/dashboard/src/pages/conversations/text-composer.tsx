import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { type FormEvent, type KeyboardEvent, useState } from 'react';
import { toProblem } from '../../api/problem.ts';
import { ProblemState } from '../../parts/states.tsx';
import { useFocus } from '../../parts/use-focus.ts';
import classes from './conversations.module.css';
import { SendLater } from './send-later.tsx';
import type { Target } from './target.ts';
import { useSend } from './use-send.ts';

/** WhatsApp's limit for a text. */
const MAX_CHARS = 4_096;

const toText = (words: string) => ({ type: 'text', text: { body: words.trim() } });

interface Props extends Target {
  text: string;
  setText: (text: string) => void;
  /** One came here from the template picker. */
  hasFocus: boolean;
  /** When the window closes. */
  until: string | null;
  pickTemplate: () => void;
}

export function TextComposer({ conversationId, contactId, until, pickTemplate, text, setText, hasFocus }: Props) {
  const field = useFocus<HTMLTextAreaElement>(hasFocus);
  const [later, setLater] = useState(false);
  const send = useSend(conversationId, () => setText(''));
  const isEmpty = text.trim() === '';
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isEmpty && !send.isPending) send.mutate({ message: toText(text) });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) submit(event);
  };
  return (
    <>
      <form className={classes.reply} onSubmit={submit}>
        <Stack gap="xs">
          {send.error && !later ? <ProblemState problem={toProblem(send.error)} /> : null}
          <Textarea
            ref={field}
            aria-label="Reply"
            placeholder="Write a reply"
            autosize
            minRows={1}
            maxRows={6}
            maxLength={MAX_CHARS}
            dir="auto"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            onKeyDown={onKeyDown}
          />
          <Group justify="space-between" gap="xs">
            <Hint left={MAX_CHARS - text.length} />
            <Group gap="xs">
              <Button variant="default" size="sm" onClick={pickTemplate}>
                Template …
              </Button>
              <Button variant="default" size="sm" disabled={isEmpty} onClick={() => setLater(true)}>
                Later …
              </Button>
              <Button type="submit" size="sm" loading={send.isPending && !later} disabled={isEmpty}>
                Send
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
      {later ? (
        <SendLater
          contactId={contactId}
          until={until}
          send={(sendAt) => send.mutateAsync({ message: toText(text), sendAt })}
          close={() => setLater(false)}
        />
      ) : null}
    </>
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
    // A phone's keyboard has no Shift + Enter. The empty place keeps the buttons where they are.
    <span>
      <Text size="xs" c="dimmed" visibleFrom="sm" component="span">
        Enter sends, Shift + Enter breaks the line
      </Text>
    </span>
  );
}
