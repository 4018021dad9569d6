import { Button, Group, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { toProblem } from '../../api/problem.ts';
import { previewQuery } from '../../api/templates.ts';
import type { Media, Template } from '../../api/types.ts';
import { toFieldErrors } from '../../model/field-errors.ts';
import { parseRendered } from '../../model/rendered.ts';
import { isAnswered, toComponents, toSlots, toUse, toUsePlaces } from '../../model/template-use.ts';
import { Notice } from '../../parts/notice.tsx';
import { ProblemState } from '../../parts/states.tsx';
import { TemplateView } from '../../parts/template-view.tsx';
import classes from './conversations.module.css';
import { SendLater } from './send-later.tsx';
import { SlotField } from './slot-field.tsx';
import type { Target } from './target.ts';
import { useSend } from './use-send.ts';

interface Props {
  template: Template;
  target: Target;
  done: () => void;
}

/** What was given so far; files whole, for the preview. */
type Given = Readonly<Record<string, string | Media>>;

/** Asks for what the template takes, shows the message as it will be, and sends it. */
export function TemplateFiller({ template, target, done }: Props) {
  const [answers, setAnswers] = useState<Given>({});
  const [later, setLater] = useState(false);
  const use = toUse(template);
  const slots = toSlots(use);
  const message = toMessage(template, toComponents(use, answers));
  const send = useSend(target.conversationId, done);
  const refused = send.error ? toProblem(send.error) : null;
  const errors = toFieldErrors(refused?.errors ?? [], toUsePlaces(use));
  const isFilled = slots.every(({ key }) => isAnswered(answers[key]));
  const ready = isFilled && use.unsupported.length === 0;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (ready && !send.isPending) send.mutate({ message });
  };
  return (
    <>
      <form onSubmit={submit} className={classes.filler}>
        <Stack gap="sm">
          {slots.map((slot) => (
            <SlotField
              key={slot.key}
              slot={slot}
              value={answers[slot.key] ?? ''}
              error={errors.fields.get(slot.key)}
              set={(value) => setAnswers((now) => ({ ...now, [slot.key]: value }))}
            />
          ))}
          {use.unsupported.length > 0 ? (
            <Notice tone="busy" title="It cannot be filled in here">
              It takes {use.unsupported.join(', ')}: send it over the API.
            </Notice>
          ) : null}
        </Stack>
        <Preview id={template.id} answers={answers} template={template} />
        <Stack gap="sm" className={classes.send}>
          {refused && !later && (errors.fields.size === 0 || errors.others.length > 0) ? (
            <ProblemState problem={refused} />
          ) : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" size="sm" disabled={!ready} onClick={() => setLater(true)}>
              Later …
            </Button>
            <Button type="submit" size="sm" disabled={!ready} loading={send.isPending && !later}>
              Send
            </Button>
          </Group>
        </Stack>
      </form>
      {later ? (
        <SendLater
          contactId={target.contactId}
          until={null}
          send={(sendAt) => send.mutateAsync({ message, sendAt })}
          close={() => setLater(false)}
        />
      ) : null}
    </>
  );
}

const toMessage = ({ name, language }: Template, components: ReturnType<typeof toComponents>) => ({
  type: 'template',
  template: { name, language: { code: language }, ...(components.length > 0 ? { components } : {}) },
});

const PAUSE_MS = 200;

/** As the customer will see it; what has no answer yet stays a variable. */
function Preview({ id, answers, template }: { id: string; answers: Given; template: Template }) {
  const [settled] = useDebouncedValue(answers, PAUSE_MS);
  const components = toComponents(toUse(template), withVariables(template, settled));
  const preview = useQuery(previewQuery({ id, components }));
  return (
    <div className={classes.preview} aria-live="off">
      {preview.data ? <TemplateView rendered={parseRendered(preview.data.rendered)} media={filesOf(settled)} /> : null}
      {preview.error && !preview.data ? <ProblemState problem={toProblem(preview.error)} /> : null}
    </div>
  );
}

const filesOf = (given: Given): Media[] => Object.values(given).filter((one) => typeof one !== 'string');

function withVariables(template: Template, answers: Given): Given {
  const open = toSlots(toUse(template)).filter(({ key }) => !isAnswered(answers[key]));
  return {
    ...answers,
    ...Object.fromEntries(open.map(({ key, label }) => [key, /\{\{.*\}\}/.exec(label)?.[0] ?? '…'])),
  };
}
