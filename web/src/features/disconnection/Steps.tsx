import type { ReactNode } from "react";
import type { DisconnectionProgressFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import styles from "./Steps.module.css";

const steps = ["restoring", "verifying", "revoking"] as const;

/** The steps of a disconnect in their order; below the one it is at, how far that is. */
export function Steps({ record, children }: { record: DisconnectionProgressFragment; children: ReactNode }) {
  const current = currentStep(record);
  return (
    <ol className={styles.steps}>
      {steps.map((name, step) => (
        <li key={name} className={styles.step} aria-current={step === current ? "step" : undefined}>
          <Mark
            state={
              step < current ? "done" : step > current ? "later" : record.status === "BLOCKED" ? "blocked" : "current"
            }
          />
          <div>
            <p className={step === current ? styles.current : step > current ? styles.later : undefined}>
              {t(`disconnection.steps.${name}`)}
            </p>
            {step === current && children}
          </div>
        </li>
      ))}
    </ol>
  );
}

const signs = { done: "✓", current: "●", blocked: "!", later: "○" };

function Mark({ state }: { state: keyof typeof signs }) {
  return (
    <span role="img" aria-label={t(`disconnection.steps.marks.${state}`)} className={`${styles.mark} ${styles[state]}`}>
      {signs[state]}
    </span>
  );
}

/** Where a blocked one has stopped is told by what hinders it. */
function currentStep({ status, progress }: DisconnectionProgressFragment): number {
  if (status === "REVOKING") return 2;
  return status === "VERIFYING" || progress.problem?.code === "VERIFICATION_FAILED" ? 1 : 0;
}
