import { graphql } from "../../gql";
import type { OrderTask, RouteFragment } from "../../gql/graphql";
import { formatList } from "../../i18n/format";
import { Message } from "../../i18n/Message";
import { locale, t } from "../../i18n/messages";
import { ExternalLink } from "../../ui/ExternalLink";
import { Section } from "../../ui/Section";
import styles from "./OrderRoutes.module.css";

graphql(`
  fragment Route on OrderRoute {
    task
    system
    url
  }
`);

/** Where order work is done now: in one sentence when all of it is done in one place, else task by task. */
export function OrderRoutes({ routes }: { routes: RouteFragment[] }) {
  const [first] = routes;
  const together = first && routes.every(({ system, url }) => system === first.system && url === first.url);
  return (
    <Section title={t("overview.orders.title")}>
      {together ? (
        <p>
          <Message
            id="overview.orders.allDoneIn"
            values={{
              system: <System {...first} />,
              tasks: formatList(routes.map(({ task }) => taskInSentence(task))),
            }}
          />
        </p>
      ) : (
        <ul className={styles.routes}>
          {routes.map((route) => (
            <li key={route.task} className={styles.route}>
              <span>{t(`overview.orders.tasks.${route.task}`)}</span>
              <System {...route} label={t("overview.orders.sellerCenterFor", { task: taskInSentence(route.task) })} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** The system that work is done in, with the way there. */
function System({ system, url, label }: RouteFragment & { label?: string }) {
  if (system === "SHOPIFY" || !url) return <span>{t("overview.orders.shopify")}</span>;
  return (
    <ExternalLink href={url} label={label}>
      {t("overview.orders.sellerCenter")}
    </ExternalLink>
  );
}

function taskInSentence(task: OrderTask): string {
  return t(`overview.orders.tasks.${task}`).toLocaleLowerCase(locale());
}
