import { Button, type ButtonProps, Tooltip } from '@mantine/core';
import { useId } from 'react';

interface Props extends ButtonProps {
  /** Why it cannot be pressed; null: it can. */
  reason: string | null;
  onClick: () => void;
}

/** A button that says why it cannot be pressed: it keeps its focus, so that the reason can be read with the keyboard too. */
export function ActionButton({ reason, onClick, children, ...rest }: Props) {
  const id = useId();
  const isOff = reason !== null;
  return (
    <>
      <Tooltip
        label={reason}
        disabled={!isOff}
        multiline
        maw={300}
        withArrow
        withinPortal={false}
        events={{ hover: true, focus: true, touch: true }}
      >
        <Button
          variant="default"
          size="xs"
          {...rest}
          data-disabled={isOff || undefined}
          aria-disabled={isOff || undefined}
          aria-describedby={isOff ? id : undefined}
          onClick={() => {
            if (!isOff) onClick();
          }}
        >
          {children}
        </Button>
      </Tooltip>
      {isOff ? (
        <span id={id} hidden>
          {reason}
        </span>
      ) : null}
    </>
  );
}
