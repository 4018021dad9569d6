import { IconFileText, IconMapPin, IconPhoto, IconShoppingBag, IconVideo } from '@tabler/icons-react';
import type { Media } from '../api/types.ts';
import type { Rendered, RenderedButton } from '../model/rendered.ts';
import { toDay } from '../model/time.ts';
import { MediaFiles } from './media-files.tsx';
import { RichText } from './rich-text.tsx';
import classes from './template-view.module.css';

interface Props {
  rendered: Rendered;
  /** The files that its headers may name. */
  media?: readonly Media[];
}

/** A template as the customer sees it in the chat; its buttons are shown, not pressed. */
export function TemplateView({ rendered, media = [] }: Props) {
  return (
    <div className={classes.paper}>
      <Bubble rendered={rendered} media={media} className={classes.bubble} />
      <Cards rendered={rendered} media={media} />
    </div>
  );
}

/** As `TemplateView`, inside a message that is a bubble already. */
export function SentTemplate({ rendered, media = [] }: Props) {
  return (
    <div className={classes.sent}>
      <Bubble rendered={rendered} media={media} className={undefined} />
      <Cards rendered={rendered} media={media} />
    </div>
  );
}

function Cards({ rendered: { cards }, media }: Required<Props>) {
  if (cards.length === 0) return null;
  return (
    // Focusable, so that the keyboard can scroll it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className={classes.cards} tabIndex={0} aria-label="Cards">
      {cards.map((card, index) => (
        // Cards are positions in one template.
        // oxlint-disable-next-line react/no-array-index-key
        <Bubble key={index} rendered={card} media={media} className={classes.card} />
      ))}
    </section>
  );
}

function Bubble({ rendered, media, className }: Required<Props> & { className: string | undefined }) {
  const { header, body, footer, offer, buttons } = rendered;
  return (
    <div className={className}>
      {header && header.format !== 'text' ? <FileHeader header={header} media={media} /> : null}
      <div className={classes.inside}>
        {offer ? (
          <div className={classes.offer} dir="auto">
            {offer.text}
            {offer.expiresAt === null ? '' : ` · until ${toDay(new Date(offer.expiresAt).toISOString())}`}
          </div>
        ) : null}
        {header?.text ? (
          <div className={classes.header} dir="auto">
            {header.text}
          </div>
        ) : null}
        <div className={classes.body} dir="auto">
          <RichText text={body} links={false} />
        </div>
        {footer ? (
          <div className={classes.footer} dir="auto">
            {footer}
          </div>
        ) : null}
      </div>
      <Buttons buttons={buttons} />
    </div>
  );
}

const FILES = {
  image: { label: 'Picture', Icon: IconPhoto },
  gif: { label: 'Moving picture', Icon: IconPhoto },
  video: { label: 'Video', Icon: IconVideo },
  document: { label: 'Document', Icon: IconFileText },
  location: { label: 'Place on a map', Icon: IconMapPin },
  product: { label: 'Product', Icon: IconShoppingBag },
};

interface FileHeaderProps {
  header: NonNullable<Rendered['header']>;
  media: readonly Media[];
}

/** A file that is stored here is shown; another is named, not loaded: it may lie on anybody's server. */
function FileHeader({ header: { format, link, mediaId }, media }: FileHeaderProps) {
  const stored = media.filter(({ id }) => id === mediaId);
  if (stored.length > 0)
    return (
      <div className={classes.stored}>
        <MediaFiles media={stored} />
      </div>
    );
  const known = Object.hasOwn(FILES, format) ? FILES[format as keyof typeof FILES] : undefined;
  const { label, Icon } = known ?? { label: format, Icon: IconFileText };
  return (
    <div className={classes.media}>
      <Icon size={30} stroke={1.4} aria-hidden />
      {label}
      {link ? <bdi dir="ltr">{link}</bdi> : null}
    </div>
  );
}

function Buttons({ buttons }: { buttons: readonly RenderedButton[] }) {
  if (buttons.length === 0) return null;
  return (
    <ul className={classes.buttons} aria-label="Buttons">
      {buttons.map(({ text, detail }, index) => (
        // Two buttons may read the same.
        // oxlint-disable-next-line react/no-array-index-key
        <li key={index} className={classes.button} dir="auto">
          {text || '…'}
          {detail ? (
            <bdi className={classes.detail} dir="ltr">
              {detail}
            </bdi>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
