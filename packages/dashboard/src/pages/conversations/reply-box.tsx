import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import type { Conversation } from '../../api/types.ts';
import { toWindow } from '../../model/window.ts';
import { Notice } from '../../parts/notice.tsx';
import { useNow } from '../../parts/use-now.ts';
import classes from './conversations.module.css';
import { TemplateComposer } from './template-composer.tsx';
import { TextComposer } from './text-composer.tsx';

const CLOSED =
  'More than 24 hours have passed since the customer last wrote, so WhatsApp takes only approved templates. It opens again when they write.';
const NEVER = 'The customer has not written yet, so WhatsApp takes only approved templates.';

/** Words while the window is open; the template picker when it is closed, or when one asks for it. */
export function ReplyBox({ conversation }: { conversation: Conversation }) {
  const [wantsTemplate, setWantsTemplate] = useState(false);
  const [hasChanged, setHasChanged] = useState(false);
  // Kept here: the window may close while one writes, and open again.
  const [text, setText] = useState('');
  const { windowExpiresAt } = conversation;
  const isOpen = toWindow(windowExpiresAt, useNow()).open;
  const { id, channelId, contact } = conversation;
  const change = (template: boolean): void => {
    setWantsTemplate(template);
    setHasChanged(true);
  };
  const target = { conversationId: id, channelId, contactId: contact.id };
  if (isOpen && !wantsTemplate)
    return (
      <TextComposer
        {...target}
        text={text}
        setText={setText}
        until={windowExpiresAt}
        hasFocus={hasChanged}
        pickTemplate={() => change(true)}
      />
    );
  return (
    <section className={classes.reply} aria-label="Send a template">
      {isOpen ? (
        <Group justify="flex-end" mb={6}>
          <Button size="compact-sm" variant="default" onClick={() => change(false)}>
            Write words instead
          </Button>
        </Group>
      ) : (
        <div className={classes.closed}>
          <Notice tone="busy" title="The window is closed">
            {windowExpiresAt === null ? NEVER : CLOSED}
            {text.trim() === '' ? '' : ' What you wrote is kept until then.'}
          </Notice>
        </div>
      )}
      <TemplateComposer {...target} hasFocus={hasChanged} done={() => change(false)} />
    </section>
  );
}
