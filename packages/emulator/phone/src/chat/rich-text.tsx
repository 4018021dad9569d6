import { isEmojiOnly, parseRichText, type Span } from '../model/rich-text.ts';

export function RichText({ text }: { text: string }) {
  if (text === '') return <p className="text muted">(empty message)</p>;
  return (
    <p className="text" dir="auto" data-large={isEmojiOnly(text) || undefined}>
      {parseRichText(text).map((span, index) => (
        // Spans are positions in one fixed text.
        // oxlint-disable-next-line react/no-array-index-key
        <SpanText key={index} span={span} />
      ))}
    </p>
  );
}

function SpanText({ span }: { span: Span }) {
  switch (span.kind) {
    case 'text':
      return span.text;
    case 'bold':
      return <strong>{span.text}</strong>;
    case 'italic':
      return <em>{span.text}</em>;
    case 'strike':
      return <s>{span.text}</s>;
    case 'mono':
      return <code>{span.text}</code>;
    case 'link':
    default:
      return (
        <a href={span.href} target="_blank" rel="noreferrer noopener" dir="ltr">
          {span.text}
        </a>
      );
  }
}
