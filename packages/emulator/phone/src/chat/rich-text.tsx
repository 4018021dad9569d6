import { isRightToLeft } from '../model/direction.ts';
import { isEmojiOnly, parseRichText, type Span } from '../model/rich-text.ts';

export function RichText({ text }: { text: string }) {
  if (text === '') return <p className="text muted">(empty message)</p>;
  return (
    <p
      className="text"
      dir="auto"
      data-large={isEmojiOnly(text) || undefined}
      data-rtl={isRightToLeft(text) || undefined}
    >
      <Spans spans={parseRichText(text)} links />
    </p>
  );
}

/** One formatted line inside something that is pressed as a whole: addresses stay words. */
export function RichLine({ text }: { text: string }) {
  return <Spans spans={parseRichText(text)} links={false} />;
}

function Spans({ spans, links }: { spans: Span[]; links: boolean }) {
  return spans.map((span, index) => (
    // Spans are positions in one fixed text.
    // oxlint-disable-next-line react/no-array-index-key
    <SpanText key={index} span={span} links={links} />
  ));
}

const TAGS = { bold: 'strong', italic: 'em', strike: 's' } as const;

function SpanText({ span, links }: { span: Span; links: boolean }) {
  if ('spans' in span) {
    const Tag = TAGS[span.kind];
    return (
      <Tag>
        <Spans spans={span.spans} links={links} />
      </Tag>
    );
  }
  if (span.kind === 'mono') return <code>{span.text}</code>;
  return span.kind === 'link' && links ? <OutsideLink href={span.href} text={span.text} /> : span.text;
}

function OutsideLink({ href, text }: { href: string; text: string }) {
  return (
    <a href={href} target="_blank" rel="noreferrer noopener" dir="ltr">
      {text}
    </a>
  );
}
