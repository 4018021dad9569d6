import type { BodyView } from '../model/body.ts';
import { RichText } from './rich-text.tsx';

type Media = Extract<BodyView, { kind: 'media' }>;

export function MediaBody({ view, url }: { view: Media; url: string | undefined }) {
  return (
    <>
      {url ? <MediaFile view={view} url={url} /> : <MediaMissing view={view} />}
      {view.caption ? <RichText text={view.caption} /> : null}
    </>
  );
}

function MediaFile({ view, url }: { view: Media; url: string }) {
  switch (view.media) {
    case 'image':
    case 'sticker':
      return (
        <a className="media" href={url} target="_blank" rel="noreferrer noopener" data-kind={view.media}>
          <img src={url} alt={view.caption ?? (view.media === 'sticker' ? 'Sticker' : 'Photo')} />
        </a>
      );
    case 'audio':
      return (
        <div className="media voice" data-kind="audio">
          <span aria-hidden="true">{view.voice ? '🎤' : '🎵'}</span>
          {/* A voice note of the demo has no transcript to caption it with. */}
          {/* oxlint-disable-next-line jsx-a11y/media-has-caption */}
          <audio controls preload="metadata" src={url} aria-label={view.voice ? 'Voice message' : 'Audio'} />
        </div>
      );
    case 'video':
      // oxlint-disable-next-line jsx-a11y/media-has-caption
      return <video className="media" controls preload="metadata" src={url} aria-label={view.caption ?? 'Video'} />;
    case 'document':
    default:
      return (
        <a
          className="document"
          href={url}
          target="_blank"
          rel="noreferrer noopener"
          download={view.filename ?? 'document'}
        >
          <span aria-hidden="true">📄</span>
          <bdi>{view.filename ?? 'Document'}</bdi>
        </a>
      );
  }
}

/** The business linked to a file elsewhere; this page loads nothing from other hosts. */
function MediaMissing({ view }: { view: Media }) {
  return (
    <div className="media-missing">
      <strong>{view.media[0]?.toUpperCase() + view.media.slice(1)}</strong>
      {view.link ? (
        <a href={view.link} target="_blank" rel="noreferrer noopener" dir="ltr">
          {view.link}
        </a>
      ) : (
        <small>The file is not on this phone.</small>
      )}
    </div>
  );
}
