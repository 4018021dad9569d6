import { toPriceClass } from '@wharf/whatsapp';
import { decideConsent, decideFrequency } from '#consent';
import { CLASS, type Finding, isWindowOpen } from '#outbox';
import { decideCountry, decideQuiet, type Place, placeOf } from '#places';
import type { Purpose } from '#settings';
import { decideTemplate } from '#templates';
import type { Draft } from './judge.ts';
import type { Facts } from './judge-facts.ts';

/** What the rules of the other rooms say about one message. */
export interface Ruled {
  readonly findings: readonly Finding[];
  readonly purpose: Purpose;
  /** Of its template. */
  readonly category: string | null;
}

const say = (rule: string, effect: Finding['effect'], text: string): Finding => ({ rule, effect, text });

interface Templated {
  readonly findings: readonly Finding[];
  readonly category: string | null;
}

function ruleTemplate(draft: Draft, facts: Facts): Templated {
  const { message } = draft;
  const found = facts.templates.get(draft.id);
  if (message.type !== 'template' || !found) return { findings: [], category: null };
  const { isSynced, languages } = found;
  const decision = decideTemplate(found.fact, { isSynced, languages }, message.template);
  if (decision.ok) {
    const note = decision.note ?? 'The template is approved and its parameters fit';
    return {
      findings: [say('template', decision.note === null ? 'allow' : 'note', note)],
      category: decision.category,
    };
  }
  const problems = decision.problems.map(({ field, message: text }) => ({ field, message: text }));
  const finding = { ...say('template', 'deny', decision.reason), code: decision.code };
  return {
    findings: [problems.length > 0 ? { ...finding, problems } : finding],
    category: found.fact?.category ?? null,
  };
}

const PURPOSES: Readonly<Record<string, Purpose>> = {
  MARKETING: 'marketing',
  UTILITY: 'utility',
  AUTHENTICATION: 'authentication',
};

/** What a message is for: its template's category; a campaign without one is marketing. */
function toPurpose(draft: Draft, category: string | null): Purpose {
  if (draft.message.type === 'template') return PURPOSES[category?.toUpperCase() ?? ''] ?? 'utility';
  return draft.class === CLASS.campaign ? 'marketing' : 'service';
}

function ruleConsent({ contactId }: Draft, purpose: Purpose, facts: Facts): Finding {
  const view = facts.consents.get(contactId ?? '') ?? {};
  const consent = decideConsent(view, { purpose, requireOptIn: facts.settings.requireOptIn });
  return consent.ok ? say('consent', 'allow', consent.note) : say('consent', 'deny', consent.reason);
}

function ruleCountry(place: Place, purpose: Purpose, { settings }: Facts): Finding[] {
  const country = decideCountry(place, { category: purpose, off: new Set(settings.countryRulesOff) });
  if (!country.ok) return [{ ...say('country', 'deny', country.reason), code: country.rule }];
  return country.notes.map((note) => say('country', 'note', note));
}

function ruleQuiet(place: Place, purpose: Purpose, { settings }: Facts, atMs: number): Finding[] {
  const hours = settings.quietHours;
  if (!hours?.purposes.includes(purpose)) return [];
  const quiet = decideQuiet(place, hours, atMs);
  if (!quiet.quiet) return [say('quiet_hours', 'allow', quiet.note)];
  return [{ ...say('quiet_hours', 'defer', quiet.note), until: quiet.until }];
}

function ruleFrequency(draft: Draft, purpose: Purpose, facts: Facts, atMs: number): Finding[] {
  const { frequency } = facts.settings;
  if (purpose !== 'marketing' || frequency === null) return [];
  const { count, oldestAt } = facts.marketing.get(draft.id) ?? { count: 0, oldestAt: null };
  const { cap, hours } = frequency;
  const verdict = decideFrequency({ count, cap, windowMs: hours * 3_600_000, oldestAt }, atMs);
  const share = `${count} of ${cap} marketing messages in ${hours} h`;
  if (verdict.ok) return [say('frequency', 'allow', `This person had ${share}`)];
  return [{ ...say('frequency', 'defer', `This person had ${share}: the next one waits`), until: verdict.until }];
}

/** Meta counts from our answer, which is later: never free too long here. */
const FREE_ENTRY_MS = 72 * 3_600_000;

function rulePrice(draft: Draft, category: string | null, atMs: number): Finding[] {
  if (draft.message.type !== 'template') return [];
  const windowOpen = isWindowOpen(draft.lastInboundAt, atMs);
  const price = toPriceClass({
    kind: 'template',
    windowOpen,
    freeEntryPoint: draft.entryAt !== null && atMs < draft.entryAt + FREE_ENTRY_MS,
    ...(category === null ? {} : { category }),
  });
  return [say('price', 'note', `${price.billable ? 'Charged' : 'Free'} (${price.class}): ${price.why}`)];
}

/** The rules of the other rooms, over facts that were read before. `atMs`: when it shall go. */
export function findRules(draft: Draft, facts: Facts, atMs: number): Ruled {
  // Not looked up: an answer to somebody who wrote.
  if (!facts.templates.has(draft.id)) return { findings: [], purpose: 'service', category: null };
  const { findings, category } = ruleTemplate(draft, facts);
  const purpose = toPurpose(draft, category);
  const place = placeOf(facts.whereabouts.get(draft.contactId ?? '') ?? draft.whereabouts ?? {});
  return {
    category,
    purpose,
    findings: [
      ...findings,
      ruleConsent(draft, purpose, facts),
      ...ruleCountry(place, purpose, facts),
      ...ruleQuiet(place, purpose, facts, atMs),
      ...ruleFrequency(draft, purpose, facts, atMs),
      ...rulePrice(draft, category, atMs),
    ],
  };
}
