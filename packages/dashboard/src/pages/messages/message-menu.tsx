import { ActionIcon, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useState } from 'react';
import type { Message } from '../../api/types.ts';
import { ACTION_LABELS, decideAction, type MessageAction } from '../../model/message-actions.ts';
import { MessageDialog } from '../../parts/message-dialog.tsx';
import classes from './messages.module.css';

const ACTIONS = ['reschedule', 'cancel', 'retry'] as const satisfies MessageAction[];

/** What may be done about a message; what may not says why, and can be read with the keyboard. */
export function MessageMenu({ message }: { message: Message }) {
  const [asked, setAsked] = useState<MessageAction | null>(null);
  return (
    <>
      <Menu position="bottom-end" withinPortal={false} withInitialFocusPlaceholder={false} width={260}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" className={classes.dots} aria-label="Actions">
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {ACTIONS.map((action) => {
            const reason = decideAction(message, action);
            return (
              <Menu.Item
                key={action}
                aria-disabled={reason === null ? undefined : true}
                closeMenuOnClick={reason === null}
                className={classes.action}
                onClick={() => {
                  if (reason === null) setAsked(action);
                }}
              >
                {ACTION_LABELS[action]}
                {reason === null ? null : <span className={classes.reason}>{reason}</span>}
              </Menu.Item>
            );
          })}
        </Menu.Dropdown>
      </Menu>
      {asked ? <MessageDialog action={asked} message={message} close={() => setAsked(null)} /> : null}
    </>
  );
}
