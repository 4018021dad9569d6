import { Button, Group } from '@mantine/core';

interface Props {
  /** What the button says that submits the form. */
  label: string;
  close: () => void;
  isPending: boolean;
  danger?: boolean;
  ready?: boolean;
}

/** The end of a form in a dialog: leave it, or submit it. */
export function FormButtons({ label, close, isPending, danger = false, ready = true }: Props) {
  return (
    <Group justify="flex-end" gap="sm">
      <Button variant="default" onClick={close}>
        Close
      </Button>
      <Button type="submit" className={danger ? 'danger' : undefined} loading={isPending} disabled={!ready}>
        {label}
      </Button>
    </Group>
  );
}
