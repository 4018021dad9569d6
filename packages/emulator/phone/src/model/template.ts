import { isMediaKind, type MediaKind } from './media-kind.ts';
import { asList, asObject, asText, type Json } from './json.ts';

/**
 * A template as sent holds a name and values, not its words. The emulator puts the approved words beside them
 * (`rendered`); without them the bubble shows the name and the values, and says so.
 */
export interface TemplateView {
  kind: 'template';
  name: string;
  language: string;
  /** Undefined: the words are not known. */
  text?: string;
  header?: string;
  headerMedia?: MediaKind;
  footer?: string;
  values: string[];
  buttons: TemplateButton[];
}

export type TemplateButton =
  | { kind: 'reply'; title: string; payload: string }
  | { kind: 'link'; title: string; url: string }
  /** Calls, codes and whatever comes next: shown, not acted on. */
  | { kind: 'plain'; title: string };

/** `part` is Meta's `template` object, `body` the whole message body. */
export function parseTemplate(part: Json, body: Json): TemplateView {
  const components = asList(part.components);
  const rendered = asObject(body.rendered ?? part.rendered);
  const header = asObject(rendered.header);
  const headerType = asText(header.type);
  const shown = asList(rendered.buttons).map(toButton);
  return {
    kind: 'template',
    name: asText(part.name) ?? 'template',
    language: asText(asObject(part.language).code) ?? '',
    text: asText(rendered.text),
    header: asText(header.text),
    headerMedia: isMediaKind(headerType) ? headerType : undefined,
    footer: asText(rendered.footer),
    values: toValues(components),
    buttons: shown.length > 0 ? shown : toQuickReplies(components),
  };
}

function toButton(button: Json): TemplateButton {
  const title = asText(button.text) ?? asText(button.type) ?? 'Button';
  const url = asText(button.url);
  if (asText(button.type) === 'quick_reply') return { kind: 'reply', title, payload: asText(button.payload) ?? title };
  return url ? { kind: 'link', title, url } : { kind: 'plain', title };
}

function toValues(components: readonly Json[]): string[] {
  return components
    .filter((component) => asText(component.type)?.toLowerCase() === 'body')
    .flatMap((component) => asList(component.parameters))
    .map(toValue);
}

/** Text, or for money and dates the form Meta falls back to. */
function toValue(parameter: Json): string {
  const typed = asObject(parameter[asText(parameter.type) ?? '']);
  return asText(parameter.text) ?? asText(typed.fallback_value) ?? asText(parameter.type) ?? '…';
}

/** Without the words of the buttons, their payloads stand for them. */
function toQuickReplies(components: readonly Json[]): TemplateButton[] {
  return components
    .filter((component) => asText(component.type)?.toLowerCase() === 'button')
    .filter((component) => asText(component.sub_type)?.toLowerCase() === 'quick_reply')
    .map((component) => asText(asList(component.parameters)[0]?.payload) ?? '')
    .map((payload) => ({ kind: 'reply', title: payload, payload }));
}
