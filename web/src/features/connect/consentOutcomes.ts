import { dailyLimitText } from "../../i18n/dailyLimit";
import { textIfAny } from "../../i18n/messages";
import type { en } from "../../locales/en";
import type { Notice } from "../../shared/notice";

type Outcome = keyof typeof en.connect.outcomes;

const successes: Outcome[] = ["CONNECTED", "CONNECTING"];

/**
 * What a seller is told who comes back from TikTok's consent page, by the code that the address has: models/consent.go. Nothing is
 * told of what is no code, as anybody can have written it.
 */
export function consentOutcome(code: string | null): Notice | undefined {
  if (code === "DAILY_LIMIT_REACHED") return { tone: "critical", text: dailyLimitText() };
  const text = textIfAny(`connect.outcomes.${code}`);
  if (text === undefined) return undefined;
  return { tone: successes.includes(code as Outcome) ? "success" : "critical", text };
}
