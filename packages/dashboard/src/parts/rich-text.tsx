import { parseRichText, type Span } from '../model/rich-text.ts';

interface Props {
  text: string;
  /** Off where the text stands inside a link already. */
  links?: boolean;
}

/** WhatsApp's formatting as elements around text nodes, whatever the text contains. */
export function RichText({ text, links = true }: Props) {
  return <Spans spans={parseRichText(text)} links={links} />;
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
    <a className="link" href={href} target="_blank" rel="noreferrer noopener" dir="ltr">
      {text}
    </a>
  );
}
