import { toErrors } from './errors.ts';
import { makeBase, type Reader, toContentId, toSubject } from './source.ts';

/** An element of a value's own `errors`: about the app or account, with no message to blame. */
export const readValueError: Reader = (element, source, pointer) => {
  const [error] = toErrors(element);
  if (error === undefined || (error.code === 0 && error.title === undefined && error.message === undefined)) {
    return 'error without code or text';
  }
  const id = toContentId('a', source, element);
  const base = makeBase('provider.error', source, { id, lane: toSubject(source), at: null, pointer });
  const summary = [String(error.code), error.title ?? error.message].filter((word) => word !== undefined).join(' ');
  return { ...base, summary, errors: [error], raw: element };
};
