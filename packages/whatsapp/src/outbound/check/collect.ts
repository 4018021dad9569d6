import type { MessageProblem } from '../../message.ts';
import type { Report } from './rules.ts';

/** More than a person reads, and a bound on what a hostile value can make us write. */
const MAX_PROBLEMS = 50;

export function collect(run: (report: Report) => void): MessageProblem[] {
  const problems: MessageProblem[] = [];
  run((problem) => {
    if (problems.length < MAX_PROBLEMS) problems.push(problem);
  });
  return problems;
}
