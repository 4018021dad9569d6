import { useCallback, useState } from 'react';
import { Icon } from '../icons.tsx';
import { useDismiss } from '../use-dismiss.ts';

/** A page of the usual ones; the system's own picker has the rest. */
const EMOJIS =
  '😀 😁 😂 🤣 😊 😍 😘 😎 🤔 😐 😴 😢 😭 😡 🤯 🥳 👍 👎 👏 🙏 👋 💪 👌 🤝 ❤️ 💔 🔥 ⭐ 🎉 ✅ ❌ ⚠️ 📦 🚚 🛒 💳 ☕ 🍕 🌍 ⛵'.split(
    ' ',
  );

export function EmojiMenu({ insert }: { insert: (emoji: string) => void }) {
  const [open, setOpen] = useState(false);
  const close = useCallback(() => setOpen(false), []);
  const ref = useDismiss<HTMLDivElement>(open, close);
  return (
    <div className="popover-anchor" ref={ref}>
      <button
        type="button"
        className="icon-button"
        aria-label="Emoji"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="smile" />
      </button>
      {open ? (
        <fieldset className="popover emoji-menu" aria-label="Emoji">
          {EMOJIS.map((emoji) => (
            <button key={emoji} type="button" onClick={() => insert(emoji)}>
              {emoji}
            </button>
          ))}
        </fieldset>
      ) : null}
    </div>
  );
}
