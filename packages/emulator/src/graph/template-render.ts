import { isRecord, toText } from '../json.ts';
import type { Template, TemplateButton } from './templates.ts';

/** What a component of the send carries, by its place. */
export interface GivenParameter {
  readonly type: string;
  readonly [key: string]: unknown;
}
export interface GivenComponent {
  readonly type: string;
  readonly sub_type: string;
  readonly index: number;
  readonly parameters: readonly GivenParameter[];
}

/** The components of a template send; what is no component is left out (the check refused it before). */
export function parseComponents(value: unknown): GivenComponent[] {
  const list = Array.isArray(value) ? value : [];
  return list.filter(isRecord).map((component) => ({
    type: toText(component.type).toLowerCase(),
    sub_type: toText(component.sub_type).toLowerCase(),
    index: Number(component.index ?? 0),
    parameters: (Array.isArray(component.parameters) ? component.parameters : [])
      .filter(isRecord)
      .map((parameter) => ({ ...parameter, type: toText(parameter.type) || 'text' })),
  }));
}

export const findComponent = (given: readonly GivenComponent[], type: string, index = 0): GivenComponent | undefined =>
  given.find((component) => component.type === type && (type !== 'button' || component.index === index));

/** The template as the phone shows it. */
export function renderTemplate(template: Template, components: unknown): Record<string, unknown> {
  const given = parseComponents(components);
  const rendered: Record<string, unknown> = { text: '', buttons: [] };
  for (const part of template.components) {
    if (part.type === 'HEADER') rendered.header = renderHeader(part, findComponent(given, 'header'));
    if (part.type === 'BODY') rendered.text = fill(part.text, findComponent(given, 'body')?.parameters ?? []);
    if (part.type === 'FOOTER') rendered.footer = part.text;
    if (part.type === 'BUTTONS')
      rendered.buttons = part.buttons.map((button, at) => renderButton(button, findComponent(given, 'button', at)));
  }
  return rendered;
}

function renderHeader(part: { format: string; text?: string }, given: GivenComponent | undefined): unknown {
  if (part.format === 'TEXT') return { type: 'text', text: fill(part.text ?? '', given?.parameters ?? []) };
  return given?.parameters[0] ?? { type: part.format.toLowerCase() };
}

function renderButton(button: TemplateButton, given: GivenComponent | undefined): Record<string, unknown> {
  const parameter = given?.parameters[0];
  const type = button.type.toLowerCase();
  if (button.type === 'QUICK_REPLY') return { type, text: button.text, payload: parameter?.payload ?? button.text };
  const url = button.url === undefined ? {} : { url: fill(button.url, given?.parameters ?? []) };
  return { type, text: button.text, ...url };
}

function fill(text: string, parameters: readonly GivenParameter[]): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => {
    const byName = parameters.find((parameter) => parameter.parameter_name === name);
    const parameter = byName ?? parameters[Number(name) - 1];
    return parameter === undefined ? whole : showParameter(parameter);
  });
}

function showParameter(parameter: GivenParameter): string {
  const special = parameter[parameter.type];
  if (typeof special === 'string') return special;
  return isRecord(special) ? toText(special.fallback_value) : '';
}
