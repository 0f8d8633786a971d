import { Audit, Outcome } from '@siteimprove/alfa-act';
import { Playwright } from '@siteimprove/alfa-playwright';
import rules from '@siteimprove/alfa-rules';
import { Conformance, Criterion } from '@siteimprove/alfa-wcag';
import type { Page } from '@playwright/test';

const isAsked = Conformance.isAA();
/** The rules behind a criterion of WCAG at level A or AA. */
const RULES = [...rules].filter((rule) => [...rule.requirements].some((asked) => Criterion.isCriterion(asked) && isAsked(asked)));

/** What a second engine of accessibility rules objects to: it computes the tree of a page itself, where axe asks the browser. */
export async function objections(page: Page): Promise<string[]> {
  const input = await Playwright.toPage(await page.evaluateHandle(() => window.document));
  const outcomes = await Audit.of(input, RULES).evaluate();
  return [...outcomes].filter(Outcome.isFailed).map(({ rule, target, expectations }) => {
    const why = [...expectations].map(([, found]) => JSON.stringify(found.toJSON())).join(' ');
    return `${rule.uri}: ${String(target).slice(0, 200)}: ${why.slice(0, 300)}`;
  });
}
