import { useEffect, useState } from "react";
import type { ProgressFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";

/** In ms: what takes less needs no explanation. */
const worthTelling = 5_000;

interface Props {
  progress: ProgressFragment;
  /** What distinguishes this step from those before and after it. */
  step: string;
  /** Who may be waited for. */
  platform: "SHOPIFY" | "ANY";
}

/** Who is waited for, when a step is being tried and nothing has come of it for some seconds. */
export function Waiting({ progress, step, platform }: Props) {
  const { attempting, done, total } = progress;
  const waited = useUnchanged(`${step} ${done} ${total} ${attempting}`, worthTelling);
  if (!attempting || !waited) return null;
  return <p>{t(`transitions.progress.waitingFor.${platform}`)}</p>;
}

/** Whether a text has been the same for so many ms. */
function useUnchanged(text: string, time: number): boolean {
  const [old, setOld] = useState<string>();
  useEffect(() => {
    const timer = setTimeout(() => setOld(text), time);
    return () => clearTimeout(timer);
  }, [text, time]);
  return old === text;
}
