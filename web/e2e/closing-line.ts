// Closes the run with one line that a script can read: N passed, N failed, N skipped.
import type { Reporter, TestCase } from '@playwright/test/reporter';

export default class ClosingLine implements Reporter {
  private readonly outcomes = new Map<string, ReturnType<TestCase['outcome']>>();

  onTestEnd(test: TestCase) {
    this.outcomes.set(test.id, test.outcome());
  }

  onEnd() {
    const count = (...wanted: string[]) =>
      [...this.outcomes.values()].filter((outcome) => wanted.includes(outcome)).length;
    const passed = count('expected', 'flaky');
    const failed = count('unexpected');
    process.stdout.write(`${passed} passed, ${failed} failed, ${count('skipped')} skipped\n`);
  }

  printsToStdio() {
    return true;
  }
}
